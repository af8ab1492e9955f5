"""Live progress: a bar on a terminal; of sending also a line every ten seconds, or JSON lines."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import click

from digest.cli.telling import distance
from digest.flows.sending.tally import Progress

EVERY = timedelta(seconds=10)  #: between two lines when nobody watches
_Show = Callable[[Progress], None]


@contextmanager
def bar(*, quiet: bool = False, as_json: bool = False, watched: bool | None = None) -> Iterator[_Show]:
    """Give a function that shows how far sending has come.

    Args:
        watched: whether somebody looks at a terminal; None: look whether there is one.
    """
    if quiet:
        yield lambda progress: None
    elif (sys.stderr.isatty() if watched is None else watched) and not as_json:
        with _rich() as show:
            yield show
    else:
        yield _lines(as_json)


def words(progress: Progress) -> str:
    """Return the progress as one line."""
    counts = progress.counts
    told = [f"{counts.sent:,} of {counts.total:,} sent"]
    others = {"deferred": counts.deferred, "refused": counts.refused, "unknown": counts.unknown}
    told += [f"{number:,} {word}" for word, number in others.items() if number]
    if progress.per_second >= 0.1:
        told.append(f"{progress.per_second:,.0f} a second")
    left = progress.seconds_left
    if left and counts.unfinished:
        told.append(f"{distance(timedelta(seconds=left))} left" if left >= 60 else f"{left:.0f} s left")
    return " · ".join([*told, *progress.held_up])


def _lines(as_json: bool) -> _Show:
    last: list[datetime] = []

    def show(progress: Progress) -> None:
        if not last or progress.at - last[0] >= EVERY:
            last[:] = [progress.at]
            click.echo(_json(progress) if as_json else f"  {words(progress)}", err=True)

    return show


def _json(progress: Progress) -> str:
    counts = progress.counts
    return json.dumps(
        {
            "edition": progress.edition,
            "sent": counts.sent,
            "queued": counts.queued,
            "deferred": counts.deferred,
            "refused": counts.refused,
            "unknown": counts.unknown,
            "cancelled": counts.cancelled,
            "per_second": round(progress.per_second, 1),
            "seconds_left": progress.seconds_left,
            "held_up": list(progress.held_up),
        }
    )


@contextmanager
def _rich() -> Iterator[_Show]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("  sending  "), BarColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=Console(stderr=True, force_terminal=True), transient=True) as shown:
        task = shown.add_task("", total=None)

        def show(progress: Progress) -> None:
            counts = progress.counts
            done = counts.total - counts.unfinished
            shown.update(task, total=counts.total, completed=done, description=words(progress))

        yield show


@contextmanager
def measured(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Give a function that moves a bar, where a person looks on; nothing for short work."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
