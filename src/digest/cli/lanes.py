"""The lanes in a terminal: what is on the road to each mailbox provider, and what holds it up."""

import click

from digest.cli.telling import say, table
from digest.flows.sending.lanes_now import LanesNow


def tell_lanes(lanes: LanesNow, *, heading: str = "", indent: str = "  ") -> None:
    """Print a row for each lane in which something is on the road or waits, and what is not as usual."""
    idle = "held up" if any(relay.why for relay in lanes.relays) else "no sender"
    rows = [
        [
            lane.relay or "-",
            lane.provider,
            f"{lane.waiting:,} wait",
            f"{lane.connections} connections" if lane.relay else idle,
            f"{lane.per_second:,.1f} a second" if lane.per_second else "",
        ]
        for lane in lanes.lanes
        if lane.waiting or lane.flying
    ]
    if heading and (rows or lanes.lines):
        click.echo(heading)
    table(rows, indent=indent)
    for line in lanes.lines:
        say(f"{indent}{line}", colour="red" if lanes.failing else "yellow")
