"""`digest demo`: today's sample editions, by real SMTP, in the local inbox."""

import re
import shutil
import tempfile
import webbrowser
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import click

from digest.cli.context import Context
from digest.cli.serve import port_option, wait_for
from digest.cli.telling import plural, step, tally
from digest.flows.compose import Draft, occasion
from digest.flows.outfit import outfit, stopping
from digest.flows.release import approve_by_policy, release, take_turn
from digest.flows.send import send_edition
from digest.model.digest import Digest
from digest.web.serving import Server
from digest.wiring import House, bundled, open_house

_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})")
_RFC822 = re.compile(
    r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}"
)
_DATED = (".md", ".html", ".json", ".rss")
#: The edition is made as of this hour, when the day has come so far; its newest story is this much older.
HOUR, NEWEST = 7, timedelta(minutes=70)


@click.command()
@port_option
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
@click.option("--once", is_flag=True, help="End when everything is delivered; for scripts.")
@click.pass_obj
def demo(context: Context, port: int, no_open: bool, once: bool) -> int:
    """Build the sample digests, deliver them to a local inbox by real SMTP, and show them.

    Works in a fresh temporary folder, on this machine only, without a network. Nothing is left
    behind but that folder, whose name is told.

    \b
      $ digest demo --once --no-open
    """
    folder = Path(tempfile.mkdtemp(prefix="digest-demo-"))
    house = open_house(folder, {**context.environment, "DIGEST_RELAY_LOCAL": "local:"})
    made = make_newsroom(folder, house.clock())
    step("made", f"{folder}  ({plural(made, 'story', 'stories')}, schedule.yaml)", quiet=context.quiet)
    with Server(house, port=port) as server, stopping() as stop:
        house.pages = server.address
        house.sync_readers()
        codes = [_deliver(house, digest, quiet=context.quiet) for digest in house.schedule.digests]
        step("open", f"{server.address}/inbox", quiet=context.quiet)
        if not once:
            step("", "Ctrl-C to stop; then: digest init news", quiet=context.quiet)
            if not no_open and context.interactive:
                webbrowser.open(f"{server.address}/inbox")
            wait_for(stop)
    house.close()
    return max(codes)


def make_newsroom(folder: Path, now: datetime) -> int:
    """Copy the bundled newsroom into `folder` with its times moved to today; return the number of files."""
    for name in ("stories", "subscribers"):
        shutil.copytree(
            bundled(name), folder / name, ignore=shutil.ignore_patterns("*.py", "README.md", "__*")
        )
    shutil.copy(bundled("schedule.yaml"), folder / "schedule.yaml")
    files = [path for path in (folder / "stories").rglob("*") if path.suffix in _DATED]
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    newest = max(moment for text in texts.values() for moment in _moments(text))
    span = as_of(now) - NEWEST - newest
    for path, text in texts.items():
        path.write_text(moved(text, span), encoding="utf-8")
    return sum(1 for path in (folder / "stories").rglob("*") if path.suffix in (*_DATED, ".txt"))


def as_of(now: datetime) -> datetime:
    """Return the time as of which the sample editions are made: this morning, or now before that."""
    local = now.astimezone()
    morning = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return min(morning, local) if local.hour >= HOUR else local


def moved(text: str, span: timedelta) -> str:
    """Return `text` with every time in it moved by `span`, each written as it was."""

    def iso(match: re.Match[str]) -> str:
        return (datetime.fromisoformat(match[0]) + span).isoformat(timespec="seconds")

    def rfc822(match: re.Match[str]) -> str:
        return format_datetime(parsedate_to_datetime(match[0]) + span)

    return _RFC822.sub(rfc822, _ISO.sub(iso, text))


def _moments(text: str) -> list[datetime]:
    return [datetime.fromisoformat(found) for found in _ISO.findall(text)] + [
        parsedate_to_datetime(found) for found in _RFC822.findall(text)
    ]


def _deliver(house: House, digest: Digest, *, quiet: bool) -> int:
    """Make, publish and send one digest's edition; return the exit code of sending."""
    moment, now = as_of(house.clock()), house.clock()
    house.gather(house.schedule.sources_of(digest), now=moment)
    when = occasion(digest, now)
    made = house.draft(digest, when, now=moment)
    house.keep(made, who="demo", now=now)
    _tell(digest, made, quiet)
    approve_by_policy(house.store, digest, when.edition, now=now)
    release(
        house.store, digest, take_turn(house.store, when, now=now, owner=house.owner), now=now, who="demo"
    )
    with outfit(
        house.store, house.newsroom, digest, house.post(digest),
        key=house.keys[0], state=house.state, clock=house.clock,
    ) as means:  # fmt: skip
        report = send_edition(house.store, when.edition, means=means, limits=house.limits(digest))
    step("sent", f"{report.counts.sent} of {report.counts.total} to the local inbox", quiet=quiet)
    return report.exit_code


def _tell(digest: Digest, made: Draft, quiet: bool) -> None:
    slots = made.composition.selection.slots
    lead = f"   lead: “{slots[0].story.headline}”" if slots else ""
    number = plural(len(slots), "story", "stories")
    step("built", f"{digest.title}, {number} from {len(made.inputs.candidates)}{lead}", quiet=quiet)
    step("checks", tally(made.findings), quiet=quiet)
