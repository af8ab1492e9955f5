"""`digest next`: what will happen when, and to whom."""

from datetime import datetime, timedelta

import click

from digest.cli.context import Context
from digest.cli.telling import give, json_option, moment, plural, say, step, table
from digest.flows.outlook import Coming, Zone, outlook
from digest.model.cadence import is_round_up
from digest.model.zones import zone_named


@click.command(name="next")
@click.option("--days", default=7, show_default=True, help="How far ahead to look.")
@json_option
@click.pass_obj
def next_(context: Context, days: int, as_json: bool) -> int:
    """Show what will be sent, when, to how many, and what would stop it.

    Reads changed files of subscribers/ first, and says what they brought. Of an edition that has
    left already, tells how many it was made out to. Exits 4 when something waits for a person.

    \b
      $ digest next --days 30
    """
    house = context.house()
    quiet = context.quiet or as_json
    house.sync_readers(on_report=lambda line: step("readers", line, quiet=quiet))
    now = house.clock()
    with house.store.read() as connection:
        rows = outlook(connection, house.schedule, now=now, until=now + timedelta(days=days))
    if as_json:
        give([row.as_json() for row in rows])
    elif not rows:
        say(f"nothing is due within {plural(days, 'day')}")
    else:
        table(
            [
                [moment(row.due, row.zone, now), row.digest, plural(row.readers, "reader"), row.state]
                for row in rows
            ]
        )
        _tell_readers(rows, now)
    return 4 if any(row.waits for row in rows) else 0


def _tell_readers(rows: list[Coming], now: datetime) -> None:
    """Write who the readers of each next edition are, where they do not all get the same at once."""
    told = set()
    for row in rows:
        kind = (row.digest, is_round_up(row.edition))
        if kind in told or row.gone:
            continue
        told.add(kind)
        narrowed = "" if row.audience == "everyone" else f" ({row.audience})"
        if len(row.classes) > 1 or narrowed:
            click.echo(f"Readers of {row.edition}{narrowed}")
            table([[f"{number:,}", reading.key, str(reading)] for reading, number in row.classes])
        if row.zones:
            click.echo(f"Mornings of {row.edition}")
            table([_zone(zone, row, now) for zone in row.zones])


def _zone(zone: Zone, row: Coming, now: datetime) -> list[str]:
    when = moment(zone.at, zone_named(zone.name) or row.zone, now)
    chosen = f"at {zone.hour}:00, as they chose" if zone.hour is not None else ""
    return [when, plural(zone.readers, "reader"), chosen]
