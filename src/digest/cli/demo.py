"""`digest demo`: today's sample editions, by real SMTP, in the local inbox."""

import tempfile
import webbrowser
from pathlib import Path

import click

from digest.cli.context import Context
from digest.cli.serve import port_option, wait_for
from digest.cli.telling import plural, step, tally
from digest.flows.compose import Draft, occasion
from digest.flows.outfit import outfit, stopping
from digest.flows.release import approve_by_policy, release, take_turn
from digest.flows.sample import as_of, copy_newsroom
from digest.flows.send import send_edition
from digest.model.digest import Digest
from digest.web.serving import Server
from digest.wiring import House, bundled, open_house


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
    # nothing of a real newsroom may be touched: neither its database nor its relay nor its key
    clean = {name: value for name, value in context.environment.items() if not name.startswith("DIGEST_")}
    house = open_house(folder, clean)
    made = copy_newsroom(bundled(), folder, now=house.clock())
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


def _deliver(house: House, digest: Digest, *, quiet: bool) -> int:
    """Make, publish and send one digest's edition; return the exit code of sending."""
    moment, now = as_of(house.clock()), house.clock()
    house.gather(house.schedule.sources_of(digest), now=moment)
    when = occasion(digest, now)
    made = house.draft(digest, when, now=moment)
    house.keep(made, who="demo", now=now)
    _tell(digest, made, quiet)
    approve_by_policy(house.store, house.newsroom, digest, when.edition, now=now)
    release(
        house.store,
        house.schedule,
        digest,
        take_turn(house.store, when, now=now, owner=house.owner),
        now=now,
        who="demo",
    )
    with outfit(
        house.store, house.newsroom, digest, house.posts(digest),
        key=house.keys[0], state=house.state, clock=house.clock,
                opt_outs=house.opt_outs,
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
