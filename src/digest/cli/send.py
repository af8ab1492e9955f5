"""`digest send` and `digest test`: let an edition go, or look at one copy of it."""

import getpass
from contextlib import ExitStack
from dataclasses import dataclass

import click

from digest.cli.build import edition_of
from digest.cli.context import Context
from digest.cli.progress import bar
from digest.cli.telling import give, json_option, plural, say, step
from digest.flows.checks import checks_of
from digest.flows.compose import occasion_named
from digest.flows.desk.breaking import mark_breaking
from digest.flows.desk.correction_mail import readers_of
from digest.flows.outfit import outfit, stopping
from digest.flows.release import approve_by_policy, editors_needed, give_up_turn, release, take_turn
from digest.flows.send import Halt, SendReport, send_edition
from digest.flows.trial import send_trial
from digest.flows.written import moment_json
from digest.model.digest import Digest
from digest.model.edition import EditionState
from digest.model.errors import AskedWrongly, DigestError, NotFound, WaitingForPerson
from digest.model.finding import Level
from digest.store import compositions, editions
from digest.store.ledger import history, names
from digest.wiring import House, rehearsal


@click.command()
@click.argument("edition")
@click.option("--dry-run", is_flag=True, help="Send nothing; say what would be sent.")
@click.option("--yes", is_flag=True, help="Do not ask for the number of readers.")
@click.option("--slot", default="", help="Send another edition of the day, under this name.")
@click.option(
    "--breaking", is_flag=True, help="Mark it as breaking news: those get it too who want nothing else."
)
@json_option
@click.pass_obj
def send(
    context: Context, edition: str, dry_run: bool, yes: bool, slot: str, breaking: bool, as_json: bool
) -> int:
    """Send EDITION, or today's edition of a digest, to its readers.

    Its readers are those who are confirmed when it is published; who comes later gets the next one.
    Builds it first if that has not happened. Takes the clock's turn, so the same edition is not
    sent again at its time. Safe to repeat: a settled delivery is never sent again, and an edition
    that was interrupted goes on where it stood. Breaking news is built anew, with this hour's
    stories, and takes an approval back.

    Exits 3 if some were refused or deferred, 4 if a person has to decide first.

    \b
      $ digest send morning --dry-run
      $ digest send morning/2026-03-02 --yes
      $ digest send morning --slot bridge --breaking
    """
    if dry_run:
        with rehearsal(context.house()) as stage:
            return _rehearse(context, stage, edition, slot, breaking, as_json)
    house = context.house()
    ready = _prepare(house, edition, slot, breaking, quiet=context.quiet or as_json)
    report = None
    if ready.state is EditionState.SENDING or _agreed(context, ready, yes):
        report = _send(context, house, ready, as_json=as_json)
    if as_json:
        give(_json(ready, report, dry_run=False))
    return report.exit_code if report else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """An edition that can be sent, and to how many."""

    digest: Digest
    edition: str
    state: EditionState
    subject: str
    readers: int


def _prepare(house: House, name: str, slot: str, breaking: bool, *, quiet: bool) -> _Ready:
    """Read the lists of readers, and build the edition where that has not happened."""
    digest, edition = edition_of(house, name, slot=slot)
    house.sync_readers(on_report=lambda line: step("readers", line, quiet=quiet))
    state = _state(house, edition)
    if state is EditionState.SENT and _unfinished(house, edition):
        state = EditionState.SENDING  # an editor has had unknown ones sent again
    _refuse_what_is_over(edition, state)
    if breaking:
        when = occasion_named(digest, edition)
        mark_breaking(house.store, house.workshop, when, who=getpass.getuser(), now=house.clock())
    if breaking or state in (None, EditionState.COLLECTING, EditionState.FAILED):
        state = _build(house, digest, edition, anew=breaking)
    assert state is not None
    with house.store.read() as connection:
        subject = compositions.composition(connection, edition).subject
        readers = readers_of(connection, house.schedule, digest, editions.edition(connection, edition))
    return _Ready(digest=digest, edition=edition, state=state, subject=subject, readers=readers)


def _rehearse(context: Context, house: House, name: str, slot: str, breaking: bool, as_json: bool) -> int:
    """Say what would be sent; nothing that happens on this stage is kept."""
    ready = _prepare(house, name, slot, breaking, quiet=context.quiet or as_json)
    if as_json:
        waits = _waits(house, ready)
        give({**_json(ready, None, dry_run=True), "waits": waits})
        return 4 if waits else 0
    way = house.way(ready.digest)
    say(f"would send “{ready.subject}” to {plural(ready.readers, 'reader')} through {way}")
    waits = _waits(house, ready)
    for line in waits:
        say(f"  waits: {line}", colour="yellow")
    say("nothing was sent")
    return 4 if waits else 0


def _waits(house: House, ready: _Ready) -> list[str]:
    """Return what keeps an edition from leaving, as sending it would find."""
    lines = [f"nobody to send it to: no confirmed reader of {ready.digest.id}"] if not ready.readers else []
    lines += [finding.message for finding in house.not_ready(ready.digest)]
    if ready.state is EditionState.APPROVED or ready.state is EditionState.SENDING:
        return lines
    with house.store.read() as connection:
        checks = checks_of(connection, house.newsroom, ready.edition, now=house.clock())
        kind = editions.edition(connection, ready.edition).kind
    lines += [finding.message for finding in checks.blockers]
    if editors_needed(ready.digest, kind) or ready.state is EditionState.HELD:
        lines.append(f"an editor: digest edition approve {ready.edition}")
    return lines


def _state(house: House, name: str) -> EditionState | None:
    with house.store.read() as connection:
        try:
            return editions.edition(connection, name).state
        except NotFound:
            return None


def _unfinished(house: House, name: str) -> int:
    with house.store.read() as connection:
        key = names.edition_key(connection, name)
        return history.counts(connection, key, now=house.clock()).unfinished


def _refuse_what_is_over(name: str, state: EditionState | None) -> None:
    if state is EditionState.SENT:
        raise AskedWrongly(
            f"{name}: was sent already: mend it with `digest edition correct {name}`, "
            "or send another one today with --slot NAME"
        )
    if state in (EditionState.SKIPPED, EditionState.CANCELLED):
        raise AskedWrongly(f"{name}: was {state}: send another one today with --slot NAME")
    if state is EditionState.PAUSED:
        raise WaitingForPerson(f"{name}: paused: digest edition resume {name}")


def _build(house: House, digest: Digest, name: str, *, anew: bool = False) -> EditionState:
    now = house.clock()
    house.gather(house.schedule.sources_of(digest), now=now, only_due=True)
    made = house.draft(digest, occasion_named(digest, name), now=now)
    state = house.keep(made, who="send", now=now, by_editor=anew).state
    if made.skip:
        raise WaitingForPerson(f"{name}: {made.skip}: add stories, or lower skip.with_fewer_than")
    return state


def _agreed(context: Context, ready: _Ready, yes: bool) -> bool:
    readers = ready.readers
    if readers == 0:
        raise WaitingForPerson(
            f"{ready.edition}: nobody to send it to: no confirmed reader of {ready.digest.id}"
        )
    if yes:
        return True
    if not context.interactive:
        raise AskedWrongly(
            f"{ready.edition}: would go to {plural(readers, 'reader')}: add --yes to send without being asked"
        )
    say(f"“{ready.subject}” goes to {plural(readers, 'reader')} now.")
    answer = click.prompt(
        f"Type {readers} to send, anything else to stop", default="", show_default=False, err=True
    )
    if str(answer).replace(",", "").strip() != str(readers):
        say("nothing was sent")
        return False
    return True


def _send(context: Context, house: House, ready: _Ready, *, as_json: bool) -> SendReport:
    digest = ready.digest
    blockers = [finding for finding in house.not_ready(digest) if finding.level is Level.BLOCKER]
    if blockers:
        raise WaitingForPerson("; ".join(finding.message for finding in blockers))
    if ready.state is not EditionState.SENDING:
        _publish(house, digest, ready.edition)
    with ExitStack() as stack:
        stop = stack.enter_context(stopping())
        means = stack.enter_context(
            outfit(
                house.store, house.newsroom, digest, house.posts(digest),
                key=house.keys[0], state=house.state, clock=house.clock,
                opt_outs=house.opt_outs, stop=stop,
            )
        )  # fmt: skip
        show = stack.enter_context(bar(quiet=context.quiet, as_json=as_json))
        limits = house.limits(digest)
        report = send_edition(house.store, ready.edition, means=means, limits=limits, on_progress=show)
    _tell(report, house.way(digest), quiet=context.quiet or as_json)
    return report


def _publish(house: House, digest: Digest, name: str) -> None:
    """Take the turn, approve by policy where nobody has to agree, and let the edition go."""
    now = house.clock()
    turn = take_turn(house.store, occasion_named(digest, name), now=now, owner=house.owner)
    try:
        approve_by_policy(house.store, house.newsroom, digest, name, now=now)
        release(house.store, house.schedule, digest, turn, now=now, who="send")
    except DigestError:
        give_up_turn(house.store, turn)
        raise


def _tell(report: SendReport, way: str, *, quiet: bool) -> None:
    counts = report.counts
    others = {
        "deferred": counts.deferred,
        "refused": counts.refused,
        "unknown": counts.unknown,
        "cancelled": counts.cancelled,
    }
    parts = [f"{counts.sent:,} of {counts.total:,}"]
    parts += [f"{number:,} {word}" for word, number in others.items() if number]
    step("sent", " · ".join(parts), quiet=quiet)
    again = f"digest send {report.edition}"
    if report.halt is Halt.RELAY:
        told = f"{way}: the relay cannot be used: {report.relay_said}; what is left waits"
        step("stopped", f"{told}: mend it, then run {again} again", colour="red")
    elif report.halt is Halt.PAUSED:
        mend = f"digest edition resume {report.edition}, then {again}"
        step("paused", f"{report.why or 'by somebody else'}; to go on: {mend}", colour="red")
    elif report.halt is not Halt.SENT:
        why = f": {report.why}" if report.why else ""
        later = f": the rest is due at {report.next_due:%H:%M} UTC" if report.next_due else ""
        step("stopped", f"{report.halt}{why}{later}; run {again} again to go on", colour="yellow")
    if counts.unknown:
        step(
            "look",
            f"digest edition show {report.edition} --deliveries lists the unknown ones",
            colour="yellow",
        )


def _json(ready: _Ready, report: SendReport | None, *, dry_run: bool) -> dict[str, object]:
    data: dict[str, object] = {
        "edition": ready.edition,
        "subject": ready.subject,
        "readers": ready.readers,
        "dry_run": dry_run,
    }
    if report is not None:
        counts = report.counts
        data |= {
            "halt": report.halt.value,
            "why": str(report.relay_said or report.why) or None,
            "next_due": moment_json(report.next_due),
            "sent": counts.sent,
            "queued": counts.queued,
            "deferred": counts.deferred,
            "refused": counts.refused,
            "unknown": counts.unknown,
            "cancelled": counts.cancelled,
            "seconds": (report.ended - report.began).total_seconds(),
        }
    return data


@click.command(name="test")
@click.argument("edition")
@click.option("--to", "to", required=True, help="Where the copy goes.")
@click.option("--as", "reader", help="As which reader: an address from the roster. Default: nobody.")
@click.pass_obj
def test_(context: Context, edition: str, to: str, reader: str | None) -> int:
    """Send one test copy of EDITION to one address; it counts as no delivery.

    The copy is what READER would get, with a band on top; the links in it change nothing, for
    they are signed for nobody. An edition that is not built yet is built first.

    \b
      $ digest test morning --to maya@harbour.example --as ada@reader.example
    """
    house = context.house()
    digest, name = edition_of(house, edition)
    if _state(house, name) in (None, EditionState.COLLECTING, EditionState.FAILED):
        _build(house, digest, name)
    outcome = send_trial(
        house.store, house.schedule, digest, name, house.post(digest.send_through),
        to=to, as_reader=reader, key=house.keys[0], now=house.clock(),
    )  # fmt: skip
    step(
        "sent" if outcome.went else "failed",
        f"{outcome.told}. Links in it change nothing.",
        quiet=context.quiet,
    )
    return 0 if outcome.went else 1
