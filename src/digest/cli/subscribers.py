"""`digest subscribers`: bring readers in, look at them, let them go."""

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from digest.cli.context import Context
from digest.cli.subscribers_forms import form, reasons
from digest.cli.subscribers_import import import_, opt_outs_of
from digest.cli.telling import give, json_option, plural, say, step, table

if TYPE_CHECKING:
    from digest.store.roster.people import Held
    from digest.wiring import House

digest_option = click.option("--digest", "digests", multiple=True, metavar="ID", help="Only this digest.")


@click.group()
def subscribers() -> None:
    """Import, export, find, add, unsubscribe or forget readers.

    A file may ask; only a person may say yes; and a no is never taken back by a machine.
    """


subscribers.add_command(import_)
subscribers.add_command(form)
subscribers.add_command(reasons)


@subscribers.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file; else to stdout.")
@click.pass_obj
def export(context: Context, out: Path | None) -> None:
    """Write all readers as CSV, with their consent and the digests they left.

    The file can be imported again, here or elsewhere; spreadsheets compute nothing in it.

    \b
      $ digest subscribers export --out readers.csv
    """
    from digest.flows.subscribe_data import export as write_all

    house = context.house()
    if out is None:
        write_all(house.store, opt_outs_of(house), sys.stdout)
        return
    path = context.folder / out
    with open(path, "w", encoding="utf-8", newline="", opener=_for_us_alone) as target:
        count = write_all(house.store, opt_outs_of(house), target)
    step("exported", f"{plural(count, 'reader')} to {out}", quiet=context.quiet)


@subscribers.command()
@click.argument("text")
@json_option
@click.pass_obj
def find(context: Context, text: str, as_json: bool) -> int:
    """Find readers whose address or name holds TEXT, with their standing.

    Exits 1 if there is nobody.
    """
    from digest.store.roster.people import search

    house = context.house()
    with house.store.read() as connection:
        found = search(connection, text)
    if as_json:
        give([_as_json(held) for held in found])
    else:
        table([_as_row(held) for held in found])
        if not found:
            say(f"nobody with {text!r} in address or name")
    return 0 if found else 1


@subscribers.command()
@click.argument("address")
@digest_option
@click.option("--name", default="", help="Name of the reader.")
@click.option("--language", default="", help="Language to write to them in, such as sv.")
@click.option("--consent-at", default="", metavar="DATE", help="When they said yes: 2024-03-01.")
@click.option("--consent-source", default="", help="Where they said yes: 'paper form, open day'.")
@click.pass_obj
def add(
    context: Context,
    address: str,
    digests: tuple[str, ...],
    name: str,
    language: str,
    consent_at: str,
    consent_source: str,
) -> int:
    """Add one reader: ADDRESS, or 'Name <address>'.

    Without --consent-at and --consent-source they get one letter that asks, and no edition
    before they confirm. Exits 2 if it is no address, 3 if they unsubscribed and are left alone.

    \b
      $ digest subscribers add 'Ada <ada@post.example>' --digest morning
    """
    from digest.audience.consent import asked_for
    from digest.audience.plan import Verdict
    from digest.audience.row import row_typed
    from digest.flows.importing import add_one

    house = context.house()
    for one in digests:
        house.schedule.digest(one)
    row, warnings = row_typed(
        address,
        name=name,
        language=language,
        consent_at=consent_at,
        consent_source=consent_source,
        now=house.clock(),
    )
    asked = asked_for(row, house.schedule.digests, otherwise=digests)
    decision, number = add_one(
        house.store, opt_outs_of(house), row, asked, by=getpass.getuser(), now=house.clock()
    )
    for warning in (*warnings, *row.address.warnings):
        say(f"  {click.style('warning', fg='yellow')}: {warning}", quiet=context.quiet)
    refused = decision.verdict in (Verdict.LEFT_ALONE, Verdict.SUPPRESSED)
    why = {
        Verdict.LEFT_ALONE: "left alone: they unsubscribed, and only they can come back",
        Verdict.SUPPRESSED: "left alone: the address is suppressed",
    }.get(decision.verdict, str(decision.verdict))
    asks = "; gets a letter that asks to confirm" if decision.asks else ""
    step(
        "skipped" if refused else "added",
        f"{row.address.email}: {why}{asks} (import {number})",
        quiet=context.quiet,
    )
    return 3 if refused else 0


@subscribers.command()
@click.argument("address")
@digest_option
@click.pass_obj
def unsubscribe(context: Context, address: str, digests: tuple[str, ...]) -> None:
    """Unsubscribe ADDRESS, from everything or from one digest, because they asked you to.

    Safe to repeat. Only the person can take it back.

    \b
      $ digest subscribers unsubscribe ada@post.example
    """
    from digest.flows.noting import note_by_hand
    from digest.flows.subscribe import unsubscribe as take_no
    from digest.model.subscriber import EVERYTHING

    house = context.house()
    held = _somebody(house, address)
    for scope in digests or (EVERYTHING,):
        if scope != EVERYTHING:
            house.schedule.digest(scope)
        take_no(
            house.store, opt_outs_of(house), held.subscriber.id, scope, source="editor", now=house.clock()
        )
    what = ", ".join(digests) or "everything"
    told = f"unsubscribed a reader from {what}, who had asked for it"
    note_by_hand(house.store, told, about=f"reader {held.subscriber.id}", now=house.clock())
    step("left", f"{held.subscriber.email}: unsubscribed from {what}", quiet=context.quiet)


@subscribers.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(context: Context, address: str, yes: bool) -> None:
    """Forget ADDRESS: all data goes; a keyed hash stays, so that no import brings them back.

    Works for addresses that are not there, too: they will be refused by every import.
    """
    from digest.audience.address import normalise
    from digest.flows.noting import note_by_hand
    from digest.flows.subscribe import forget_address

    key = normalise(address).key
    house = context.house()
    if not yes:
        if not context.interactive:
            raise click.UsageError("there is nobody to ask: add --yes")
        click.confirm(f"Forget {key} for good?", abort=True, err=True)
    there = forget_address(house.store, opt_outs_of(house), key, source="editor", now=house.clock())
    note_by_hand(house.store, "forgot a reader for good", about="reader", now=house.clock())
    told = "their data is gone" if there else "was not there; no import will bring them in"
    step("forgotten", f"{key}: {told}", quiet=context.quiet)


def _for_us_alone(path: str, flags: int) -> int:
    """Open a file that nobody else on this machine may read: it is full of addresses."""
    return os.open(path, flags, 0o600)


def _somebody(house: "House", address: str) -> "Held":
    from digest.audience.address import normalise
    from digest.model.errors import NotFound
    from digest.store.roster.people import find as find_one

    key = normalise(address).key
    with house.store.read() as connection:
        held = find_one(connection, key)
    if held is None:
        raise NotFound(f"{key}: no reader of that address: look with `digest subscribers find`")
    return held


def _as_json(held: "Held") -> dict[str, Any]:
    person = held.subscriber
    standings = {digest: str(standing) for digest, standing in held.standings.items()}
    return {
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "time_zone": person.timezone,
        "topics": list(person.topics),
        "subscriptions": standings,
    }


def _as_row(held: "Held") -> tuple[str, str, str]:
    told = ", ".join(f"{digest} {standing}" for digest, standing in sorted(held.standings.items()))
    return held.subscriber.email, held.subscriber.name, told or "no subscription"
