"""Lengths of time and counts, as people write them: `45 minutes before`, `4 stories`.

A month or a year is no length of time here, since it has no fixed one.
"""

import re
from collections.abc import Sequence
from datetime import timedelta

from digest.settings.messages import Unreadable, did_you_mean

MINUTE = timedelta(minutes=1)
LONGEST = timedelta(days=3650)  #: ten years: what is longer was mistyped

_UNITS = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
_SHORT = {
    "s": "seconds", "sec": "seconds", "secs": "seconds", "min": "minutes", "mins": "minutes", "m": "minutes",
    "h": "hours", "hr": "hours", "hrs": "hours", "d": "days", "w": "weeks",
}  # fmt: skip
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "half": 0.5,
}  # fmt: skip
_WORD = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+|[^\s\w]+")
#: Words that say which side of the sending a length of time lies on.
_SIDES = ("before", "after", "every", "within")


def read_span(
    text: object, *, side: str = "", example: str = "24 hours", at_least: timedelta = timedelta()
) -> timedelta:
    """Return the length of time that `text` means, such as `2 hours` or `1 hour and 30 minutes`.

    Args:
        text: as written.
        side: `before`, `after` or `every`: the word that may stand with it, though it need not.
        example: what to show when it cannot be read.
        at_least: the shortest that makes sense.

    Raises:
        Unreadable: not a length of time, one on the other side, or one that makes no sense.
    """
    if not isinstance(text, str):
        raise Unreadable(f'write a length of time with its unit, such as "{example}"')
    total, number, spans = timedelta(), None, 0
    for match in _WORD.finditer(text):
        word, at = match[0].lower(), match.start()
        if word in _SIDES:
            if word != side:
                raise Unreadable(f'"{word}" makes no sense here: write "{example}"', at)
        elif word in ("and", ",") and spans:
            continue
        elif word[0].isdigit() or word in _NUMBERS:
            if number is not None and not (number == 0.5 and word in ("a", "an")):
                raise Unreadable(f'two numbers follow each other: write "{example}"', at)
            number = _number(word) if number is None else number
        else:
            size = _unit(word, at, example)
            if number is None and side != "every":
                raise Unreadable(f'a number is missing before "{word}": write "{example}"', at)
            number = 1 if number is None else number
            if total.total_seconds() + size.total_seconds() * number > LONGEST.total_seconds():
                raise Unreadable(_no_sense(text, at_least))
            total += size * number
            number, spans = None, spans + 1
    if number is not None:
        raise Unreadable(f'the unit is missing: write minutes, hours or days, such as "{example}"', len(text))
    if not spans:
        raise Unreadable(f'write a length of time, such as "{example}"')
    if total < at_least:
        raise Unreadable(_no_sense(text, at_least))
    return total


def read_count(text: object, noun: str, *, at_least: int = 0, at_most: int = 100_000) -> int:
    """Return the count that `text` means: `4 stories`, `4`, or the number 4.

    Args:
        text: as written, a string or an int.
        noun: what is counted, in the singular.
        at_least: the smallest count that makes sense.
        at_most: the largest one.
    """
    many = _plural(noun)
    example = f"{max(2, at_least)} {many}"
    if isinstance(text, int) and not isinstance(text, bool):
        count = text
    else:
        match = re.fullmatch(r"\s*(\d+|[a-z]+)(?:\s+([^\W\d_]+))?\s*", str(text).lower())
        digits = match[1] if match else ""
        if match is None or not (digits.isdigit() or digits in _NUMBERS):
            raise Unreadable(f'write a number of {many}, such as "{example}"')
        if match[2] and match[2] not in (noun, many):
            near = did_you_mean(match[2], (many,)) or f": write {many}"
            raise Unreadable(f'"{match[2]}" cannot be counted here{near}', match.start(2))
        count = int(digits) if digits.isdigit() else int(_NUMBERS[digits])
    if not at_least <= count <= at_most:
        raise Unreadable(f"{count} {many} make no sense here: from {at_least} to {at_most:,}")
    return count


def in_words(span: timedelta) -> str:
    """Return a length of time as people write it: `45 minutes`, `1 day`."""
    for unit, size in reversed(_UNITS.items()):
        if span >= size and not span % size:
            count = span // size
            return f"{count} {unit if count != 1 else unit[:-1]}"
    return f"{span.total_seconds():g} seconds"


def _no_sense(text: str, at_least: timedelta) -> str:
    least = in_words(at_least) if at_least else "0 minutes"
    return f"{text.strip()} makes no sense here: from {least} to {LONGEST.days:,} days"


def _number(word: str) -> float:
    return _NUMBERS[word] if word in _NUMBERS else float(word.replace(",", "."))


def _unit(word: str, at: int, example: str) -> timedelta:
    name = _SHORT.get(word, word if word.endswith("s") else f"{word}s")
    if name in _UNITS:
        return _UNITS[name]
    if name in ("months", "years"):
        raise Unreadable(f"a {name[:-1]} has no fixed length: write days or weeks", at)
    known: Sequence[str] = tuple(_UNITS)
    near = did_you_mean(name, known) or f': write "{example}"'
    raise Unreadable(f'"{word}" is not a unit of time{near}', at)


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
