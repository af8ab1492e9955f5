"""How the desk says times, ages and states: short words, always with the zone's own clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.model.cadence import is_round_up
from digest.model.edition import EditionState

__all__ = ["is_round_up"]  # templates ask for it here

#: Characters of reasons under a headline.
_LINE = 75
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def span(length: timedelta) -> str:
    """Return a length of time in one unit, or in two: `41 min`, `2 h 05 min`, `3 days`."""
    length = abs(length)
    if length < _MINUTE:
        return f"{length.seconds} s"
    minutes = round(length / _MINUTE)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 10 * 60:
        return f"{minutes // 60} h {minutes % 60:02} min" if minutes % 60 else f"{minutes // 60} h"
    if minutes < 36 * 60:
        return f"{round(minutes / 60)} h"
    return f"{round(minutes / 60 / 24)} days"


def until(moment: datetime, now: datetime) -> str:
    """Return how far away a moment is: `in 28 min`, `12 min ago`."""
    away = moment - now
    if abs(away) < timedelta(seconds=5):
        return "now"
    return f"in {span(away)}" if away > timedelta(0) else f"{span(away)} ago"


def ago(moment: datetime, now: datetime) -> str:
    """Return the age of a story."""
    return "just now" if now - moment < _MINUTE else f"{span(now - moment)} ago"


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Return the time of the day on the digest's own clock: `07:00`."""
    return f"{moment.astimezone(zone):%H:%M}"


def day(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return the day in words: `Today`, `Tomorrow`, `Mon 23 Nov`."""
    there, here = moment.astimezone(zone).date(), now.astimezone(zone).date()
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get((there - here).days)
    return near or f"{there:%a} {there.day} {there:%b}"


def long_day(moment: datetime, zone: ZoneInfo) -> str:
    """Return the day written out: `Monday 23 November`."""
    there = moment.astimezone(zone)
    return f"{there:%A} {there.day} {there:%B}"


def state_word(state: EditionState | None, *, waits: bool = False, mine: bool = False) -> str:
    """Return the state as an editor says it; what waits for a person says for whom.

    Args:
        waits: it leaves only after somebody's word.
        mine: whoever looks may give it.
    """
    if state is None:
        return "not built yet"
    if state is EditionState.READY and waits:
        return "waiting for you" if mine else "waiting for approval"
    return state.value


def state_kind(state: EditionState | None, *, waits: bool = False) -> str:
    """Return the colour of a state, by name: quiet, wait, good, busy or bad."""
    if state is None or state is EditionState.COLLECTING:
        return "quiet"
    if state in (EditionState.HELD, EditionState.PAUSED):
        return "wait"
    if state is EditionState.READY:
        return "wait" if waits else "good"
    if state is EditionState.SENDING:
        return "busy"
    if state in (EditionState.APPROVED, EditionState.SENT):
        return "good"
    return "quiet" if state is EditionState.SKIPPED else "bad"


def reasons(why: Sequence[str]) -> str:
    """Return the weightiest reasons of a choice in a line or two, without what they add to its score."""
    told = bare(why[0]) if why else "no reason was kept"
    for reason in map(bare, why[1:]):
        if len(told) + len(reason) > _LINE:
            break
        told += f" · {reason}"
    return told


def bare(reason: str) -> str:
    """Return a reason without the number before it: `+0.96 recency: 12 hours old`."""
    first, _, rest = reason.partition(" ")
    return rest if first[:1] in ("+", "-", "−") and rest else reason


def count(number: int, noun: str) -> str:
    """Return `1 reader`, `2,400 readers`."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"
