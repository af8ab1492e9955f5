"""`digest status`: what ran, what is running, and what needs you."""

import click

from digest.cli.context import Context
from digest.cli.lanes import tell_lanes
from digest.cli.telling import give, json_option, moment, say, table
from digest.flows.state_of_things import state_of_things


@click.command()
@json_option
@click.pass_obj
def status(context: Context, as_json: bool) -> int:
    """Show what ran, what is running, and what needs you.

    Exits 4 when something waits for a person (an approval, an unknown delivery), 1 when a source
    or an edition has failed, or mail waits for a relay that could not be used when it was last tried;
    0 otherwise: so it serves as a probe for monitoring.

    \b
      $ digest status --json
    """
    house = context.house()
    now = house.clock()
    with house.store.read() as connection:
        things = state_of_things(connection, house.schedule, now=now)
    if as_json:
        give(things.as_json())
        return things.exit_code
    zone = house.schedule.digests[0].timezone
    if things.editions:
        click.echo("Editions")
        table([[line.edition, line.state, line.told, line.subject] for line in things.editions])
    click.echo("Sources")
    rows = []
    for source in things.sources:
        at = moment(source.at, zone, now) if source.at else "never visited"
        rows.append([source.source, "ok" if source.ok else "FAILED", source.told, at])
    table(rows)
    tell_lanes(things.lanes, heading="Lanes")
    if things.waiting:
        click.echo("Needs you")
        for line in things.waiting:
            say(f"  {line}", colour="yellow")
    return things.exit_code
