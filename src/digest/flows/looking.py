"""Look a newsroom's files over: schedule, relays, templates, lists of readers. No database is opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.audience.importing import rows_of
from digest.audience.layout import layout_of
from digest.flows.readiness import not_ready
from digest.model.delivery import RelayAddress
from digest.model.digest import Newsroom, Schedule
from digest.model.errors import DigestError, FileWrong, Problem, RelayUnusable, RenderError
from digest.model.finding import Finding
from digest.settings.schedule import Inspected, inspect_schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found wrong with the files, and what keeps mail from leaving."""

    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]


def look_over(
    folder: Path,
    *,
    templates: Sequence[Path],
    relay_of: Callable[[str], RelayAddress],
    now: datetime,
) -> Looked:
    """Return everything that is wrong with the newsroom in `folder`, in order of files and lines."""
    inspected = inspect_schedule(folder)
    problems = list(inspected.problems)
    findings: list[Finding] = []
    schedule = inspected.schedule or inspected.otherwise or Schedule(newsroom=Newsroom(name=""))
    for number, digest in enumerate(schedule.digests):
        problems += _template_problems(digest.template, number, inspected, templates)
        for relay in digest.relays:
            try:
                findings += not_ready(schedule.newsroom, digest, relay_of(relay))
            except RelayUnusable as error:
                problems.append(inspected.problem(("digests", number, "send_through"), str(error)))
            except FileWrong as error:
                problems += error.problems
    for number, source in enumerate(schedule.sources):
        if not source.remote and not (folder / source.location).exists():
            way = ("sources", number, source.kind.value)
            problems.append(inspected.problem(way, f"{source.location}: no such file or folder"))
    for path in sorted((folder / "subscribers").glob("*.csv")):
        problems += _list_problems(path, now)
    return Looked(problems=tuple(dict.fromkeys(problems)), findings=tuple(dict.fromkeys(findings)))


def _template_problems(
    name: str, number: int, inspected: Inspected, templates: Sequence[Path]
) -> list[Problem]:
    from digest.render.template import load_template

    way = ("digests", number, "template")
    try:
        load_template(name, templates)
        if not (templates[0] / name).is_dir():
            return []  # a bundled one, which has tests of its own
        from digest.flows.specimen import faults_of

        return [inspected.problem(way, f"{name}: {fault}") for fault in faults_of(name, templates)]
    except RenderError as error:
        return [inspected.problem(way, str(error))]


def _list_problems(path: Path, now: datetime) -> list[Problem]:
    name = f"subscribers/{path.name}"
    try:
        with path.open("rb") as file:
            layout = layout_of(file, name)
            return [row for row in rows_of(file, layout, path=name, now=now) if isinstance(row, Problem)]
    except OSError as error:
        return [Problem(path=name, line=0, column=0, message=error.strerror or str(error))]
    except FileWrong as error:
        return list(error.problems)
    except DigestError as error:
        return [Problem(path=name, line=0, column=0, message=str(error))]
