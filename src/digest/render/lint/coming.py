"""Dates that a text announces as still to come, in the languages whose future it knows.

A date counts when a word of the future stands before it in its sentence. Month names come from
CLDR, words of the future from the table below; in other languages nothing is read, and
`reads` says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from digest.model.text import primary

#: Verbs and adverbs that put what follows into the future.
_FUTURE = {
    "en": r"\b(?:will|shall|upcoming|(?:is|are) (?:to|due|set|scheduled|expected|planned|going))\b|\w’ll\b",
    "de": r"\b(?:wird|werden|sollen?|findet|finden)\b",
    "sv": r"\b(?:ska|skall|kommer att|äger rum)\b",
    "fr": r"\b\w{2,}(?:era|eront|ira|iront|dra|dront|aura|auront)\b|\baura\b",
    "es": r"\b\w+(?:ará|erá|irá|drá|arán|erán|irán|drán)\b",
    "pt": r"\b\w+(?:ará|erá|irá|arão|erão|irão)\b",
    "it": r"\b\w+(?:erà|irà|rrà|arà|eranno|iranno|rranno|aranno)\b",
    "vi": r"\b(?:sẽ|sắp|dự kiến)\b",
    "ru": r"\b(?:будет|будут|состоится|состоятся|пройд[её]т|пройдут)\b",
    "ar": r"سوف|سي\w{2,}|ست\w{2,}|من المقرر",
    "zh": r"将|將|拟于|即将",
}
#: Words that say when something was said, not when it comes.
_TOLD = re.compile(
    r"\b(?:said|told|announced|wrote|reported|sagte|teilte|sade|dit|annoncé|dijo|disse|ha detto|cho biết)\b"
)
_TOMORROW = {
    "en": "tomorrow",
    "fr": "demain",
    "sv": "i morgon",
    "vi": "ngày mai",
    "ru": "завтра",
    "zh": "明天",
}
_SENTENCE = re.compile(r"(?<=[.!?。！？؟\n])(?<!\b\w{3}\.)\s*")
#: Where `20.` is an ordinal, a sentence does not end there.
_SENTENCE_DE = re.compile(r"(?<=[.!?\n])(?<!\b\w{3}\.)(?<!\d\.)\s*")
_NUMERIC = re.compile(
    r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"
    r"|(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日"
    r"|(?<!\d)(?P<d3>\d{1,2})[./](?P<m3>\d{1,2})[./](?P<y3>\d{4})(?!\d)"
)
#: A date without a year means the one nearest to the story; beyond this it is anybody's guess.
NEAR = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Announced:
    """A sentence that puts something on a day to come."""

    sentence: str
    day: date


def reads(language: str) -> bool:
    """Whether the future of `language` is known here."""
    return primary(language) in _FUTURE


def announced(text: str, language: str, *, near: date, told: date | None = None) -> Iterator[Announced]:
    """Yield each sentence of `text` that announces a day.

    Args:
        text: plain.
        near: a date without a year is the one closest to this day.
        told: when the text was written; without it `tomorrow` says nothing.
    """
    tongue = primary(language)
    future = re.compile(_FUTURE[tongue], re.IGNORECASE)
    if not future.search(text):
        return
    for sentence in (_SENTENCE_DE if tongue == "de" else _SENTENCE).split(text):
        coming = future.search(sentence)
        if coming is None:
            continue
        after = sentence[coming.end() :]
        for at, day in _days(after, tongue, near):
            if abs(day - near) <= 4 * NEAR and not _TOLD.search(after[:at]):
                yield Announced(sentence.strip(), day)
        if told and tongue in _TOMORROW and re.search(rf"\b{_TOMORROW[tongue]}\b", sentence, re.IGNORECASE):
            yield Announced(sentence.strip(), told + timedelta(days=1))


def _days(text: str, language: str, near: date) -> Iterator[tuple[int, date]]:
    for match in _NUMERIC.finditer(text):
        year = match["y"] or match["y3"]
        month, day = match["m"] or match["m2"] or match["m3"], match["d"] or match["d2"] or match["d3"]
        found = _nearest(int(day), int(month), int(year) if year else None, near)
        if found:
            yield match.start(), found
    names, worded = _worded(language)
    for match in worded.finditer(text):
        month = names[(match["before"] or match["after"]).casefold()]
        day, year = match["day"] or match["day2"], match["year"] or match["year2"]
        found = _nearest(int(day), month, int(year) if year else None, near)
        if found:
            yield match.start(), found


@lru_cache(maxsize=16)
def _worded(language: str) -> tuple[dict[str, int], re.Pattern[str]]:
    """Return the months of a language by name, and the pattern of a date written with one."""
    from babel.dates import get_month_names  # 50 ms; only where something is announced

    names = {
        str(name).casefold(): number
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, locale=language).items()
        if not str(name).isdigit()
    }
    months = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return names, re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s+(?:of |de |d['’])?(?P<after>{months})(?!\w)\.?"
        rf"(?:,?\s+(?:de |năm )?(?P<year>\d{{4}}))?"
        rf"|(?<!\w)(?P<before>{months})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<year2>\d{{4}}))?",
        re.IGNORECASE,
    )


def _nearest(day: int, month: int, year: int | None, near: date) -> date | None:
    """Return the date; without a year, in the year that brings it closest to `near`."""
    found = []
    for candidate in [year] if year else [near.year - 1, near.year, near.year + 1]:
        try:
            found.append(date(candidate, month, day))
        except ValueError:
            continue
    return min(found, key=lambda one: abs(one - near), default=None)
