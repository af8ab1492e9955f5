"""When a digest goes out, as people write it: `weekdays at 07:00`, `mondays and thursdays at 18:00`.

Five cron fields are read too; they stand in `cron`. `the first monday of the month at 09:00`
and `the 1st and 15th of the month at 8.30` are understood; "the last friday" is not, because a
calendar day that is known only at the month's end has no place in `Cadence`.
"""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

from digest.model.cadence import Cadence
from digest.settings.cron import looks_like_cron, read_cron
from digest.settings.messages import Unreadable, did_you_mean

EXAMPLE = '"weekdays at 07:00"'

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
_GROUPS = {
    "weekdays": range(5), "weekday": range(5), "weekends": range(5, 7), "weekend": range(5, 7),
    "daily": range(7), "day": range(7), "days": range(7), "everyday": range(7),
}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_FILLERS = ("every", "each", "on", "the", "and", ",", "&", "of", "month", "at")
_WORD = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+|[^\W\d_]+|[^\s\w]")
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})|h(?P<h>\d{2})?)?\s*(?P<half>[ap]\.?m\.?(?!\w))?(?![\d:.]*\d)"
    r"|(?P<word>noon|midnight)\b",
    re.IGNORECASE,
)
_KNOWN = (*_DAYS, *(f"{day}s" for day in _DAYS), *_GROUPS)


def read_sending(text: object) -> Cadence:
    """Return the cadence that `text` means.

    Raises:
        Unreadable: not a day, not a time of day, or a day that never comes.
    """
    if not isinstance(text, str) or not text.strip():
        raise Unreadable(f"write days and times, such as {EXAMPLE}, or five cron fields in quotes")
    cadence = read_cron(text) if looks_like_cron(text) else _in_words(text)
    _check_that_it_comes(cadence)
    return cadence


def _in_words(text: str) -> Cadence:
    split = re.search(r"\bat\b|@", text, re.IGNORECASE)
    start = split.end() if split else _first_time(text)
    days_text, times_text = text[: split.start() if split else start], text[start:]
    weekdays, days = _days(days_text)
    return Cadence(
        written=text, times=_times(times_text, start), weekdays=frozenset(weekdays), days=frozenset(days)
    )


def _first_time(text: str) -> int:
    """Return where the times begin in a text without `at`."""
    found = re.search(r"(?<!\d)\d{1,2}[:.]\d{2}|\bnoon\b|\bmidnight\b", text, re.IGNORECASE)
    if found is None:
        raise Unreadable(f"no time of day: write {EXAMPLE}", len(text.rstrip()))
    return found.start()


def _days(text: str) -> tuple[set[int], set[int]]:
    """Return weekdays (Monday is 0) and days of the month; `text` is what stands before `at`."""
    words = [(match[0].lower(), match.start()) for match in _WORD.finditer(text)]
    weekdays: set[int] = set()
    numbers: set[int] = set()
    ordinals: set[int] = set()
    since: int | None = None
    for position, (word, at) in enumerate(words):
        if word in _FILLERS:
            continue
        if word in ("to", "until", "through", "-", "–") and weekdays and since is None:
            since = _weekday(words[position - 1][0])
        elif (ordinal := _ordinal(word)) is not None:
            named = any(_weekday(later) is not None for later, _ in words[position + 1 :])
            (ordinals if named else numbers).add(_day_of_month(ordinal, word, at, named))
        elif (day := _weekday(word)) is not None:
            weekdays |= {day} if since is None else _span(since, day)
            since = None
        elif word in _GROUPS:
            weekdays |= set(_GROUPS[word])
        else:
            raise Unreadable(_no_day(word), at)
    if not weekdays and not numbers:
        raise Unreadable(f'no day: write {EXAMPLE} or "every day at 07:00"', 0)
    if ordinals:
        numbers |= {day for which in ordinals for day in range(7 * which - 6, 7 * which + 1)}
    return weekdays or set(range(7)), numbers or set(range(1, 32))


def _weekday(word: str) -> int | None:
    bare = word.removesuffix("s") if word.endswith("days") else word
    return _DAYS.index(bare) if bare in _DAYS else _SHORT.get(word)


def _ordinal(word: str) -> int | None:
    if word in _ORDINALS:
        return _ORDINALS[word]
    return int(re.sub(r"\D", "", word)) if word[0].isdigit() else None


def _day_of_month(number: int, word: str, at: int, named: bool) -> int:
    last = 4 if named else 31
    if not 1 <= number <= last:
        hint = "the first to the fourth" if named else "1st to 31st"
        raise Unreadable(f'"{word}" does not come in every month: write {hint}', at)
    return number


def _span(start: int, end: int) -> set[int]:
    return {(start + step) % 7 for step in range((end - start) % 7 + 1)}


def _no_day(word: str) -> str:
    if word == "last":
        return '"last" is not understood: count from the front, such as "the fourth friday of the month"'
    if word in ("hour", "minute", "hours", "minutes", "hourly"):
        return f'a digest goes out at a time of day: write {EXAMPLE}, or several times after "at"'
    return f'"{word}" is not a day{did_you_mean(word, _KNOWN) or f": write {EXAMPLE}"}'


def _times(text: str, offset: int) -> tuple[time, ...]:
    """Return the times of day in `text`, sorted; `offset` is where it stands in the whole value."""
    found: set[time] = set()
    position = 0
    for position, end in _pieces(text):
        piece = text[position:end]
        match = _TIME.fullmatch(piece)
        if match is None:
            raise Unreadable(f'"{piece}" is not a time of day: write 07:00 or 18:30', offset + position)
        found.add(_time(match, piece, offset + position))
    if not found:
        raise Unreadable(f"no time of day: write {EXAMPLE}", offset + position)
    return tuple(sorted(found))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each time stands: they are joined by commas, `and` and `&`."""
    start = 0
    for match in (*re.finditer(r"\band\b|[,&]", text, re.IGNORECASE), None):
        end = match.start() if match else len(text)
        piece = text[start:end]
        if piece.strip():
            yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        start = match.end() if match else end


def _time(match: re.Match[str], piece: str, at: int) -> time:
    if match["word"]:
        return time(12) if match["word"].lower() == "noon" else time(0)
    hour, minute = int(match["hour"]), int(match["minute"] or match["h"] or 0)
    half = (match["half"] or "").lower().replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            raise Unreadable(f"{piece} is not a time of day: with am and pm the hours go from 1 to 12", at)
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif match["minute"] is None and match["h"] is None and "h" not in piece.lower():
        raise Unreadable(f"the minutes are missing: write {hour:02}:00", at)
    if hour > 23 or minute > 59:
        raise Unreadable(f"{piece} is not a time of day", at)
    return time(hour, minute)


def _check_that_it_comes(cadence: Cadence) -> None:
    if len(cadence.times) > 24:
        raise Unreadable(
            f"that is {len(cadence.times)} editions a day: readers leave; write at most 24 times a day"
        )
    day = date(2024, 1, 1)  # a leap year and the 28 years after it hold every kind of year there is
    if not any(cadence.on(day + timedelta(days=n)) for n in range(28 * 366)):
        raise Unreadable("that day never comes: there is no such date in any year")
