"""The charts of an edition, each with the table of its numbers behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from digest.flows.desk.journey import Course, Earlier, Journey
from digest.model.delivery import DeliveryState
from digest.store.ledger.history import Counts
from digest.web.charts import Bar, Part, bar, bars, columns, table
from digest.web.desk.words import span

#: In the order in which a bar shows them.
OUTCOMES = ("sent", "deferred", "refused", "unknown", "cancelled")

#: Steps below which a course over time says nothing.
_FEW = 3


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart and its numbers."""

    title: str
    drawing: Markup
    numbers: Markup


def progress(counts: Counts) -> Markup:
    """Return one bar: what came of how many, of all there are."""
    return bar(_bar("readers", counts), title=_told(counts), of=counts.total)


def over_time(course: Course, zone: ZoneInfo) -> Picture | None:
    """Return how many were accepted in each step of time; None where there is no course to see."""
    if len(course.points) < _FEW:
        return None
    form = "%H:%M:%S" if course.step.total_seconds() < 60 else "%H:%M"
    points = [(f"{at.astimezone(zone):{form}}", number) for at, number in course.points]
    title = f"Accepted by the relays, in steps of {span(course.step)}"
    rows = [point for point in points if point[1]]
    return Picture(title, columns(points, title=title), table(["From", "Accepted"], rows, caption=title))


def by_provider(journey: Journey) -> Picture | None:
    """Return how many each mailbox provider has accepted."""
    if not journey.providers:
        return None
    rows = [Bar(name=name or "other", parts=(Part(kind="sent", value=n),)) for name, n in journey.providers]
    title = "Accepted, by mailbox provider"
    numbers = table(["Provider", "Accepted"], [(row.name, row.value) for row in rows], caption=title)
    return Picture(title, bars(rows, title=title), numbers)


def compared(those: Sequence[Earlier], zone: ZoneInfo) -> Picture | None:
    """Return this edition beside earlier ones of its digest; None where it is the first."""
    if len(those) < 2:
        return None
    rows = [_bar(_day(one, zone), one.counts) for one in those]
    title = "Compared with earlier editions"
    head = ["Edition", "Readers", *(word.capitalize() for word in OUTCOMES)]
    numbers = [
        (_day(one, zone), one.counts.total, *(getattr(one.counts, word) for word in OUTCOMES))
        for one in those
    ]
    return Picture(title, bars(rows, title=title), table(head, numbers, caption=title))


def _bar(name: str, counts: Counts) -> Bar:
    return Bar(name=name, parts=tuple(Part(kind=word, value=getattr(counts, word)) for word in OUTCOMES))


def _day(one: Earlier, zone: ZoneInfo) -> str:
    there = one.day.astimezone(zone)
    return f"{there:%a} {there.day} {there:%b} {there:%H:%M}"


def _told(counts: Counts) -> str:
    words = (state.value for state in DeliveryState if getattr(counts, state.value, 0))
    return ", ".join(f"{getattr(counts, word):,} {word}" for word in words) or "nothing yet"
