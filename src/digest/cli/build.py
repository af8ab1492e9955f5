"""`digest gather` and `digest build`: visit the sources, make an edition, write it down."""

from datetime import datetime
from pathlib import Path

import click

from digest.cli.context import Context
from digest.cli.telling import findings, give, json_option, plural, step, tally
from digest.flows.compose import Draft, occasion, occasion_named
from digest.flows.proof import write_edition
from digest.flows.written import finding_json, moment_json, placement_json
from digest.model.classes import EVERYBODY
from digest.model.digest import Digest
from digest.model.edition import EditionState, before_sending
from digest.model.errors import AskedWrongly, NotFound
from digest.store import editions
from digest.store.visits import Visit
from digest.wiring import House


class Moment(click.ParamType[datetime]):
    """A time as people write it: `2026-11-23T06:15`, read in the digest's time zone."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time; without a zone when none was written."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} is not a time: write 2026-11-23T06:15, or with a zone 2026-11-23T06:15+01:00")


@click.command()
@click.argument("digest", required=False)
@json_option
@click.pass_obj
def gather(context: Context, digest: str | None, as_json: bool) -> int:
    """Visit the sources now: those of DIGEST, or all of them.

    Safe to repeat: what is known already stays as it is, and a source that says that nothing
    has changed is not read again. What is wrong in a source is told at every visit until it is
    mended. Exits 3 if a source could not be read; the others were.

    \b
      $ digest gather morning
    """
    house = context.house()
    schedule, now = house.schedule, house.clock()
    sources = schedule.sources_of(schedule.digest(digest)) if digest else schedule.sources
    quiet = context.quiet or as_json
    visits = house.gather(sources, now=now, on_visit=lambda visit: _tell_whole(visit, quiet))
    if as_json:
        give([_visit_json(visit) for visit in visits])
    return 0 if all(visit.ok for visit in visits) else 3


@click.command()
@click.argument("digest", required=False)
@click.option("--at", "at", type=Moment(), help="Build as if it were then. Default: now.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder. Default: build/EDITION."
)
@click.option(
    "--class", "class_", default=EVERYBODY, help="In the words of this reading class. Default: all."
)
@click.option("--slot", default="", help="Another edition of the day: `weekly` for the round-up.")
@click.option("--no-gather", is_flag=True, help="Visit no source; use what is in the archive.")
@json_option
@click.pass_obj
def build(
    context: Context,
    digest: str | None,
    at: datetime | None,
    out: Path | None,
    class_: str,
    slot: str,
    no_gather: bool,
    as_json: bool,
) -> int:
    """Build today's edition of DIGEST into a folder; nothing is sent.

    DIGEST may be left out where there is only one.
    Writes edition.html, edition.txt, edition.eml (the mail exactly), edition.json and pictures/.
    Safe to repeat: the same stories and the same time give the same edition. The edition is kept
    as ready, unless it is being sent already. Exits 3 if a source could not be read.

    It is made for every reading class, and written in the words of one; `digest edition show`
    lists them.

    \b
      $ digest build morning
      $ digest build morning --at 2026-11-23T06:15 --out /tmp/monday
      $ digest build morning --class topics:culture
    """
    house = context.house()
    chosen = the_digest(house, digest)
    now = _local(at, chosen) or house.clock()
    sources = house.schedule.sources_of(chosen)
    visits = [] if no_gather else house.gather(sources, now=house.clock(), only_due=True)
    house.sync_readers(on_report=lambda line: step("readers", line, quiet=context.quiet or as_json))
    made = house.draft(chosen, occasion(chosen, now, slot=slot), now=now)
    variant = made.words_of(class_)
    fixed = _keep(house, made, now)
    folder = out or house.folder / "build" / made.occasion.edition.replace("/", "-")
    files = write_edition(
        made, folder, newsroom=house.newsroom, digest=chosen, pictures=house.pictures,
        key=house.keys[0], now=now, variant=variant,
    )  # fmt: skip
    if as_json:
        give(_build_json(made, files, visits, kept=fixed is None))
    else:
        _tell_build(context, chosen, made, files, visits, fixed)
    return 0 if all(visit.ok for visit in visits) else 3


def _local(at: datetime | None, digest: Digest) -> datetime | None:
    return at.replace(tzinfo=digest.timezone) if at is not None and at.tzinfo is None else at


def _keep(house: House, made: Draft, now: datetime) -> EditionState | None:
    """Keep the draft; return None, or the state of an edition that may not be changed any more."""
    with house.store.read() as connection:
        try:
            state = editions.edition(connection, made.occasion.edition).state
        except NotFound:
            state = None
    decided = state in (EditionState.HELD, EditionState.APPROVED)
    if state is not None and (decided or not before_sending(state)):
        return state
    house.keep(made, who="build", now=now)
    return None


def _tell(visit: Visit, quiet: bool) -> None:
    if not visit.ok:
        step("failed", f"{visit.source}: {visit.why}", colour="red")
    elif visit.why:
        step("gathered", f"{visit.source}: {visit.why}", quiet=quiet)
    else:
        words = f"{visit.source}: {visit.new} new, {visit.updated} changed, {visit.same} known"
        step("gathered", words, quiet=quiet)


def _tell_whole(visit: Visit, quiet: bool) -> None:
    """Tell a visit with what was noticed in it; a build tells that with its edition."""
    _tell(visit, quiet)
    if visit.ok and not quiet:
        findings(visit.findings)


def _tell_build(
    context: Context,
    digest: Digest,
    made: Draft,
    files: list[Path],
    visits: list[Visit],
    fixed: EditionState | None,
) -> None:
    for visit in visits:
        _tell(visit, context.quiet)
    slots = made.composition.selection.slots
    number = plural(len(slots), "story", "stories")
    step("built", f"{digest.title}, {number} from {len(made.inputs.candidates)}", quiet=context.quiet)
    if slots:
        step("lead", f"“{slots[0].story.headline}”", quiet=context.quiet)
    if len(made.placements) > 1:
        number = plural(len(made.placements), "reading class", "reading classes")
        told = f"{number}, {plural(len(made.variants), 'variant')}"
        step("readers", f"{told}: digest edition show {made.occasion.edition}", quiet=context.quiet)
    size = len(made.rendering.html.encode()) / 1024
    step(
        "checks",
        f"{tally(made.findings)} · {size:.0f} KB of the 102 KB that Gmail shows",
        quiet=context.quiet,
    )
    if not context.quiet:
        findings(made.findings)
    if made.skip:
        step("would skip", f"{made.skip}: this digest's rules leave the edition out", colour="yellow")
    if fixed is not None:
        step(
            "not kept",
            f"{made.occasion.edition} is {fixed.value} already; only the files were written",
            colour="yellow",
        )
    for file in files:
        click.echo(_short(file, context.folder))


def _short(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def _build_json(made: Draft, files: list[Path], visits: list[Visit], *, kept: bool) -> dict[str, object]:
    return {
        "edition": made.occasion.edition,
        "due": moment_json(made.occasion.due),
        "subject": made.rendering.subject,
        "stories": len(made.composition.selection.slots),
        "candidates": len(made.inputs.candidates),
        "html_bytes": len(made.rendering.html.encode()),
        "hash": made.rendering.hash,
        "kept": kept,
        "skip": made.skip or None,
        "sources": [_visit_json(visit) for visit in visits],
        "findings": [finding_json(finding) for finding in made.findings],
        "classes": [placement_json(one) for one in made.placements],
        "files": [str(file) for file in files],
    }


def _visit_json(visit: Visit) -> dict[str, object]:
    return {
        "source": visit.source,
        "ok": visit.ok,
        "why": visit.why or None,
        "new": visit.new,
        "changed": visit.updated,
        "known": visit.same,
        "findings": [finding_json(finding) for finding in visit.findings],
    }


def the_digest(house: House, name: str | None) -> Digest:
    """Return the digest called `name`; without a name, the only one there is.

    Raises:
        AskedWrongly: there are several, and none was named.
    """
    digests = house.schedule.digests
    if name is None and len(digests) != 1:
        raise AskedWrongly(f"which digest? There are {', '.join(digest.id for digest in digests)}")
    return house.schedule.digest(name) if name is not None else digests[0]


def edition_of(house: House, name: str, *, slot: str = "") -> tuple[Digest, str]:
    """Return the digest and the edition's id that NAME means: an edition, or a digest's one of today.

    Raises:
        NotFound: it is neither.
    """
    digest = house.schedule.digest(name.partition("/")[0])
    if "/" in name:
        if slot:
            raise AskedWrongly("--slot goes with a digest's name, not with an edition's")
        return digest, occasion_named(digest, name).edition
    return digest, occasion(digest, house.clock(), slot=slot).edition
