"""Five cron fields: minute, hour, day of month, month, day of week, as Vixie's cron reads them.

When both days are restricted, either of them is enough, as crontab(5) says. Names of months and
days, lists, ranges, steps, `?` and 7 for Sunday are read; seconds, years, `L`, `W` and `#` are not.
"""

import re
from datetime import time

from digest.model.cadence import Cadence
from digest.settings.messages import Unreadable, did_you_mean

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)
_PART = re.compile(r"(?:[*?]|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d+))?")


def looks_like_cron(text: str) -> bool:
    """Whether `text` is meant as cron fields: it begins with a figure or a star and a blank, or with `@`."""
    return bool(re.match(r"\s*(?:[\d*?][\d*/,?-]*\s+[\w*?]|@\w)", text)) and not re.search(
        r"\bat\b|\d[:.]\d", text
    )


def read_cron(text: str) -> Cadence:
    """Return the cadence that five cron fields mean.

    Raises:
        Unreadable: not five fields, or one of them is out of its range.
    """
    fields = [(match[0], match.start()) for match in re.finditer(r"\S+", text)]
    if fields[0][0].startswith("@"):
        raise Unreadable(f'{fields[0][0]} has no time of day: write "every day at 07:00"')
    if len(fields) != 5:
        raise Unreadable(
            f"cron has five fields (minute, hour, day of month, month, day of week), not {len(fields)}"
        )
    values = [_field(word, at, *rule) for (word, at), rule in zip(fields, _FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = values
    free = [word.startswith(("*", "?")) for word, _ in fields]
    return Cadence(
        written=text,
        times=tuple(sorted(time(hour, minute) for hour in hours for minute in minutes)),
        weekdays=frozenset((day - 1) % 7 for day in weekdays),
        days=frozenset(days),
        months=frozenset(months),
        either_day=not free[2] and not free[4],
    )


def _field(word: str, at: int, name: str, low: int, high: int, names: tuple[str, ...]) -> set[int]:
    found: set[int] = set()
    for part in word.split(","):
        found |= _part(part, at, name, low, high, names)
        at += len(part) + 1
    return found


def _part(text: str, at: int, name: str, low: int, high: int, names: tuple[str, ...]) -> set[int]:
    match = _PART.fullmatch(text)
    if match is None:
        raise Unreadable(f'"{text}" is no {name}: write a number, a range such as {low}-{high}, or *', at)
    step = int(match["step"] or 1)
    if match["first"] is None:
        first, last = low, 6 if high == 7 else high
    else:
        first = _number(match["first"], at, name, low, high, names)
        last = _number(match["last"], at, name, low, high, names) if match["last"] else first
        last = high if match["step"] and not match["last"] else last
    if last < first or not step:
        raise Unreadable(f'"{text}" is no {name}: a range goes up, and a step is at least 1', at)
    return set(range(first, last + 1, step))


def _number(word: str, at: int, name: str, low: int, high: int, names: tuple[str, ...]) -> int:
    if word.lower() in names:
        return names.index(word.lower()) + low
    if not word.isdigit():
        raise Unreadable(f'"{word}" is no {name}{did_you_mean(word, names)}', at)
    if not low <= int(word) <= high:
        raise Unreadable(f"{word} is no {name}: it goes from {low} to {high}", at)
    return int(word)
