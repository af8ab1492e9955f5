"""How the command line speaks: data on stdout, the rest on stderr, times with their zone and distance."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from digest.model.finding import Finding, Level

_COLOURS = {Level.BLOCKER: "red", Level.WARNING: "yellow", Level.NOTE: "blue", Level.NOT_CHECKED: "cyan"}

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout, for programs.")


def say(line: str = "", *, quiet: bool = False, colour: str | None = None) -> None:
    """Write a line for the person, on stderr."""
    if not quiet:
        click.secho(line, err=True, fg=colour)


def give(value: Any) -> None:
    """Write data as JSON on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def step(verb: str, words: str, *, quiet: bool = False, colour: str = "green") -> None:
    """Write one step that was taken: `  built     The Morning Brief, 6 stories`."""
    if not quiet:
        click.echo(f"  {click.style(f'{verb:<9}', fg=colour)} {words}", err=True)


def plural(count: int, word: str, words: str = "") -> str:
    """Return `1 story`, `2 stories`."""
    return f"{count:,} {word if count == 1 else words or word + 's'}"


def distance(span: timedelta) -> str:
    """Return a span in one or two words: `28 min`, `3 h`, `2 days`."""
    minutes = abs(span) // timedelta(minutes=1)
    if minutes < 1:
        return "less than a minute"
    if minutes < 100:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{round(minutes / 60)} h"
    return f"{round(minutes / 60 / 24)} days"


def moment(when: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return a time with its zone and its distance: `Mon 23 Nov 07:00 Europe/Stockholm (in 28 min)`."""
    local = when.astimezone(zone)
    far = f"in {distance(when - now)}" if when > now else f"{distance(now - when)} ago"
    return f"{local:%a %d %b %H:%M} {zone.key} ({far})"


def table(rows: Sequence[Sequence[str]], *, indent: str = "  ") -> None:
    """Write rows as columns on stdout."""
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo((indent + "  ".join(cells)).rstrip())


def findings(found: Iterable[Finding], *, at_least: Level = Level.NOT_CHECKED) -> None:
    """Write findings on stderr, the worst first."""
    order = [Level.BLOCKER, Level.WARNING, Level.NOT_CHECKED, Level.NOTE]
    shown = order[: order.index(at_least) + 1]
    for each in sorted((f for f in found if f.level in shown), key=lambda f: order.index(f.level)):
        finding(each)


def finding(found: Finding) -> None:
    """Write one finding on stderr: level, place, what it is, its rule; then how to mend it."""
    where = f"{found.where}: " if found.where else ""
    only = f" (only {', '.join(found.variants)})" if found.variants else ""
    label = click.style(found.level.value, fg=_COLOURS[found.level])
    click.echo(f"  {label}: {where}{found.message} [{found.code}]{only}", err=True)
    if found.mend:
        click.echo(f"      mend: {found.mend}", err=True)


def tally(found: Iterable[Finding]) -> str:
    """Return how many findings of each level there are, in words."""
    counts: dict[Level, int] = {}
    for finding in found:
        counts[finding.level] = counts.get(finding.level, 0) + 1
    words = {
        Level.BLOCKER: "blocker",
        Level.WARNING: "warning",
        Level.NOTE: "note",
        Level.NOT_CHECKED: "not checked",
    }
    told = [
        plural(counts[level], word, word if level is Level.NOT_CHECKED else "")
        for level, word in words.items()
        if level in counts
    ]
    return ", ".join(told) or "nothing to mend"
