"""`digest edition`: the life of an edition, seen and steered from the terminal."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

import click

from digest.cli import steps
from digest.cli.build import edition_of
from digest.cli.context import Context
from digest.cli.lanes import tell_lanes
from digest.cli.telling import give, json_option, moment, say, table
from digest.flows.compose import replayed
from digest.flows.desk.correcting import correctables
from digest.flows.sending.lanes_now import lanes_now
from digest.flows.written import moment_json, placement_json, slot_json, story_json
from digest.model.classes import EVERYBODY, foremost
from digest.model.delivery import DeliveryState
from digest.model.mail import Rendering
from digest.model.subscriber import Subscriber
from digest.selection.explain import explain as explained
from digest.store import classes, compositions, editions, renderings
from digest.store.ledger import history, names
from digest.store.ledger.history import Counts, Delivery
from digest.store.roster import people
from digest.wiring import House


@click.group()
def edition() -> None:
    """List, show, explain, approve, hold, pause or settle editions.

    EDITION is a name such as morning/2026-11-23; a digest's name alone means today's.
    """


@edition.command("list")
@click.argument("digest", required=False)
@click.option("--limit", default=20, show_default=True, help="How many, the newest first.")
@json_option
@click.pass_obj
def list_(context: Context, digest: str | None, limit: int, as_json: bool) -> None:
    """List editions, the newest first."""
    house = context.house()
    with house.store.read() as connection:
        records = editions.editions(connection, digest, limit=limit)
    if as_json:
        give([{"edition": r.id, "state": r.state.value, "subject": r.subject, "due": moment_json(r.due)}
              for r in records])  # fmt: skip
    else:
        table([[record.id, record.state.value, record.subject or record.why] for record in records])


@edition.command()
@click.argument("name", metavar="EDITION")
@click.option(
    "--deliveries", is_flag=True, help="List who got it, when, in which version, with the relay's answer."
)
@click.option(
    "--only",
    type=click.Choice([state.value for state in DeliveryState if state is not DeliveryState.MOVED]),
    multiple=True,
    help="With --deliveries: only those in this state; may be given several times.",
)
@json_option
@click.pass_obj
def show(context: Context, name: str, deliveries: bool, only: tuple[str, ...], as_json: bool) -> None:
    """Show an edition: its state, its stories, its history, and who got it.

    \b
      $ digest edition show morning/2026-11-23 --deliveries --only unknown
    """
    house = context.house()
    digest, edition_id = edition_of(house, name)
    if deliveries:
        _show_deliveries(house, edition_id, only, as_json)
        return
    now = house.clock()
    with house.store.read() as connection:
        record = editions.edition(connection, edition_id)
        counts = history.counts(connection, names.edition_key(connection, edition_id), now=now)
        lines = editions.history(connection, edition_id)
        made = compositions.compositions(connection, edition_id)
        words = renderings.renderings(connection, edition_id)
        placed = classes.placements(connection, edition_id)
        slots = made[foremost(list(made), placed)].selection.slots
        printed = {one.id: one.printed for one in correctables(connection, edition_id)}
        lanes = lanes_now(connection, house.schedule.relays_of(digest), now=now, edition=edition_id)
    if as_json:
        give(
            _as_json(record, counts, lines, words)
            | (lanes.as_json() if counts.unfinished else {})
            | {"stories": [slot_json(slot) for slot in slots]}
            | {"classes": [placement_json(one) for one in placed]}
        )
        return
    click.echo(f"{record.id}  {record.state}{': ' + record.why if record.why else ''}")
    click.echo(f"  subject   {record.subject}{'  (breaking)' if record.breaking else ''}")
    if record.due:
        click.echo(f"  due       {moment(record.due, digest.timezone, now)}")
    click.echo(f"  readers   {_told(counts)}")
    if counts.unfinished and counts.total:
        tell_lanes(lanes, indent=" " * 12)
    for number, slot in enumerate(slots, 1):
        click.echo(f"  {number:>2}. {printed[slot.story.id].headline}")
    if len(placed) > 1:
        click.echo("  classes")
        table(
            [[f"{one.readers:,}", one.reading.key, one.why or f"words of {one.variant}"] for one in placed],
            indent="    ",
        )
    click.echo("  history")
    zone = digest.timezone
    rows = [[f"{line.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", line.who, line.what] for line in lines]
    table(rows, indent="    ")


def _as_json(
    record: editions.EditionRecord,
    counts: Counts,
    lines: Sequence[editions.HistoryLine],
    words: Mapping[str, Rendering],
) -> dict[str, Any]:
    return {
        "edition": record.id,
        "state": record.state.value,
        "why": record.why or None,
        "subject": record.subject,
        "due": moment_json(record.due),
        "hash": renderings.hash_of(words),
        "approved": record.approved_hash or None,
        "deliveries": {"total": counts.total, **asdict(counts)},
        "breaking": record.breaking,
        "history": [{"at": moment_json(line.at), "who": line.who, "what": line.what} for line in lines],
    }


def _told(counts: Counts) -> str:
    others = {k: v for k, v in asdict(counts).items() if v and k != "sent"}
    return ", ".join(
        [f"{counts.sent:,} of {counts.total:,} sent", *(f"{v:,} {k}" for k, v in others.items())]
    )


def _show_deliveries(house: House, edition_id: str, only: tuple[str, ...], as_json: bool) -> None:
    rows = (row for row in _deliveries(house, edition_id) if not only or row[1].state in only)
    if as_json:
        for who, told, version in rows:
            line = {"reader": told.subscriber, "email": who, "state": told.state.value, "version": version,
                  "attempt": told.attempt, "at": moment_json(told.at), "reply": told.reply or None,
                  "queue_id": told.queue_id or None, "relay": told.relay or None, "rule": told.rule or None,
                  "due": moment_json(told.due), "settled_by": told.settled_by or None}  # fmt: skip
            click.echo(json.dumps(line, ensure_ascii=False))  # a million of them: one a line
        return
    for who, told, version in rows:
        at = f"{told.at or told.due:%Y-%m-%d %H:%M:%SZ}" if told.at or told.due else "-"
        settled = f" (settled by {told.settled_by})" if told.settled_by else ""
        click.echo(f"{told.state.value:<9}  {at:<20}  {who:<32}  {version:<8}  {told.reply}{settled}")


def _deliveries(house: House, edition_id: str, page: int = 1000) -> Iterator[tuple[str, Delivery, str]]:
    """Yield address, delivery and version of the words, a page of readers at a time."""
    with house.store.read() as connection:
        versions = names.versions(connection, edition_id)
        key = names.edition_key(connection, edition_id)
        told = history.deliveries(connection, key, now=house.clock())
        while batch := list(islice(told, page)):
            readers = people.get_many(connection, [delivery.subscriber for delivery in batch])
            yield from _named(readers, batch, versions)


def _named(
    readers: Mapping[int, Subscriber], batch: Sequence[Delivery], versions: Mapping[int, tuple[str, int]]
) -> Iterator[tuple[str, Delivery, str]]:
    for told in batch:
        reader = readers.get(told.subscriber)
        variant, version = versions[told.rendering]
        yield (reader.email if reader else "(forgotten)"), told, f"{variant}/{version}"


@edition.command()
@click.argument("name", metavar="EDITION")
@click.option("--class", "class_", default=EVERYBODY, help="As this reading class gets it. Default: all.")
@json_option
@click.pass_obj
def explain(context: Context, name: str, class_: str, as_json: bool) -> int:
    """Say why each story is in an edition, and why each other one is not.

    The choice is made again from what it was made of. The same version of the program must come
    to the same edition, else this exits 1; another version shows the reasons as they were kept.
    """
    house = context.house()
    _, edition_id = edition_of(house, name)
    with house.store.read() as connection:
        placed = {one.reading.key: one.variant for one in classes.placements(connection, edition_id)}
        saved = compositions.saved(connection, edition_id, placed.get(class_) or class_)
        again = replayed(connection, saved)
    same = again is None or again == saved.composition.selection
    selection = saved.composition.selection
    note = (
        "not replayed: another version chose"
        if again is None
        else "replayed: the same"
        if same
        else "DIFFERENT"
    )
    if as_json:
        give({
            "edition": edition_id, "replay": note, "program": saved.program,
            "slots": [slot_json(slot) | {"score": slot.score, "terms": [
                {"name": t.name, "value": t.value, "words": t.words} for t in slot.terms]}
                for slot in selection.slots],
            "passed_over": [{"story": story_json(p.story), "reason": p.reason, "score": p.score}
                            for p in selection.passed_over],
        })  # fmt: skip
    else:
        for line in explained(selection):
            click.echo(line)
        say(
            f"({note}; chosen {saved.at:%Y-%m-%d %H:%M} UTC by digest {saved.program})",
            colour=None if same else "red",
        )
    return 0 if same else 1


steps.add_to(edition)
