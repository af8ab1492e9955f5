"""The steps of an edition's life that an editor takes from the terminal."""

import getpass

import click

from digest.cli import sending_steps
from digest.cli.build import edition_of
from digest.cli.context import Context
from digest.cli.correcting import correct
from digest.cli.telling import findings, plural, step
from digest.flows.checks import FINAL, checks_of
from digest.flows.checks import override as override_blocker
from digest.flows.compose import occasion_named
from digest.flows.desk.breaking import mark_breaking
from digest.model.edition import EditionState
from digest.model.errors import AskedWrongly
from digest.store import editions, renderings

_S = EditionState

#: command -> (help, from which states, to which)
STEPS: dict[str, tuple[str, tuple[EditionState, ...], EditionState]] = {
    "hold": ("Hold an edition back until somebody approves it.", (_S.READY, _S.APPROVED), _S.HELD),
    "skip": (
        "Leave an edition out, for good.",
        (_S.COLLECTING, _S.READY, _S.HELD, _S.APPROVED, _S.FAILED),
        _S.SKIPPED,
    ),
}


def add_to(group: click.Group) -> None:
    """Add every step to `digest edition`."""
    for name, (help, allowed, new) in STEPS.items():
        group.add_command(_command(name, help, allowed, new))
    for command in (approve, override, breaking, rebuild, correct, *sending_steps.COMMANDS):
        group.add_command(command)


def _command(name: str, help: str, allowed: tuple[EditionState, ...], new: EditionState) -> click.Command:
    @click.command(name, help=help)
    @click.argument("edition_name", metavar="EDITION")
    @click.option("--why", default="", help="Kept in the edition's history.")
    @click.pass_obj
    def take(context: Context, edition_name: str, why: str) -> None:
        house = context.house()
        _, edition_id = edition_of(house, edition_name)
        with house.store.write() as connection:
            state = editions.edition(connection, edition_id).state
            if state not in allowed:
                raise AskedWrongly(f"{edition_id}: cannot become {new}: it is {state}")
            editions.set_state(
                connection, edition_id, state, new, who=getpass.getuser(), now=house.clock(), why=why
            )
        step(new.value, edition_id, quiet=context.quiet)

    return take


@click.command()
@click.argument("name", metavar="EDITION")
@click.option("--as", "who", default=getpass.getuser, help="Who approves. Default: the user of this machine.")
@click.option("--despite", default="", help="Approve despite blockers, for this reason; it is kept.")
@click.pass_obj
def approve(context: Context, name: str, who: str, despite: str) -> int:
    """Approve an edition: exactly these words may be sent. Any later change takes it back.

    A blocker stops the approval (exit 4) unless you say why it may go out all the same.
    """
    house = context.house()
    digest, edition_id = edition_of(house, name)
    now = house.clock()
    with house.store.write() as connection:
        faults = checks_of(connection, house.newsroom, edition_id, now=now).blockers
        if faults and (not despite or any(fault.code in FINAL for fault in faults)):
            findings(faults)
            return 4
        for rule in dict.fromkeys(fault.code for fault in faults):
            override_blocker(connection, house.newsroom, edition_id, rule, reason=despite, who=who, now=now)
        words = renderings.hash_of(renderings.renderings(connection, edition_id))
        needed = max(1, digest.approval.editors)
        done = renderings.approve(connection, edition_id, words, who=who, now=now, needed=needed)
    step(
        "approved" if done else "agreed", f"{edition_id}, by {who}" + ("" if done else "; one more is needed")
    )
    return 0 if done else 4


@click.command()
@click.argument("name", metavar="EDITION")
@click.argument("rule")
@click.argument("reason")
@click.option("--as", "who", default=getpass.getuser, help="Who says so. Default: the user of this machine.")
@click.pass_obj
def override(context: Context, name: str, rule: str, reason: str, who: str) -> int:
    """Let the blocker RULE of the checks pass, for REASON; both stand in the edition's history.

    Counts for exactly the words as they are now: after any change the blocker asks again.
    Exits 4 while another blocker stands.

    \b
      $ digest edition override morning/2026-11-23 alt-missing "the chart is told in the text"
    """
    house = context.house()
    _, edition_id = edition_of(house, name)
    with house.store.write() as connection:
        checks = override_blocker(
            connection, house.newsroom, edition_id, rule, reason=reason, who=who, now=house.clock()
        )
    step("overrode", f"{edition_id}: {rule}, by {who}", quiet=context.quiet)
    findings(checks.blockers)
    return 4 if checks.blockers else 0


@click.command()
@click.argument("name", metavar="EDITION")
@click.option("--undo", is_flag=True, help="Take the mark back.")
@click.option("--as", "who", default=getpass.getuser, help="Who says so. Default: the user of this machine.")
@click.pass_obj
def breaking(context: Context, name: str, undo: bool, who: str) -> None:
    """Mark an edition as breaking news: those get it too who want nothing else.

    Before it is sent. Its stories stay as they are, and are set for the new readers too; an approval
    is taken back. Safe to repeat.

    \b
      $ digest edition breaking morning/2026-11-23
    """
    house = context.house()
    digest, edition_id = edition_of(house, name)
    when = occasion_named(digest, edition_id)
    done = mark_breaking(house.store, house.workshop, when, breaking=not undo, who=who, now=house.clock())
    told = f"{edition_id}: {'breaking news no more' if undo else 'breaking news'}"
    told += " (was so already)" if not done.made else ""
    told += ": the approval is taken back" if done.withdrawn else ""
    step("marked", told, quiet=context.quiet)


@click.command()
@click.argument("name", metavar="EDITION")
@click.pass_obj
def rebuild(context: Context, name: str) -> None:
    """Choose and set an edition again, from the newest stories; an approval is taken back."""
    house = context.house()
    digest, edition_id = edition_of(house, name)
    now = house.clock()
    house.gather(house.schedule.sources_of(digest), now=now, only_due=True)
    made = house.draft(digest, occasion_named(digest, edition_id), now=now)
    house.keep(made, who=getpass.getuser(), now=now, by_editor=True)
    number = plural(len(made.composition.selection.slots), "story", "stories")
    step("built", f"{edition_id}, {number}")
    findings(made.findings)
