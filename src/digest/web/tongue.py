"""In which language a reader sees our pages, and the words of those pages.

The words stand in `locale/`, one file a language, every file with the same keys. Dates, numbers
and the names of languages and places come from the CLDR (babel), in the variety that was asked for.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_time,
    get_datetime_format,
    get_timezone_location,
    get_timezone_name,
)
from babel.lists import format_list
from starlette.requests import Request

from digest.model.text import direction
from digest.render.words import FALLBACK, Words

LOCALE = Path(__file__).parent / "locale"
#: Languages of our pages, as they are offered.
LANGUAGES = tuple(sorted((path.stem for path in LOCALE.glob("*.toml")), key=lambda tag: (tag != "en", tag)))

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
#: More than these in one Accept-Language are not looked at.
_MOST = 20
#: English for everybody: days before months, and hours up to 24.
_PLAIN_ENGLISH = "en-GB"
_ISOLATE, _END = "\u2068", "\u2069"  # Unicode 15, UAX #9: what stands between does not turn its surroundings


@dataclass(frozen=True, slots=True)
class Speech:
    """One language, as one reader wants it."""

    language: str  #: whose words are said: one of LANGUAGES
    variety: str  #: for dates and numbers: `fr-CA`

    @property
    def direction(self) -> str:
        """Return `ltr` or `rtl`."""
        return direction(self.language)

    def say(self, key: str, **values: object) -> str:
        """Return the words for `key`, with `values` put in, each turned the way that it reads."""
        placed = {name: self._isolated(value) for name, value in values.items()}
        return catalogue().say(self.language, key, **placed)

    def day(self, day: date) -> str:
        """Return `23 November 2026`."""
        return str(format_date(day, "long", locale=self._locale))

    def weekday(self, day: date) -> str:
        """Return `Monday 23 November 2026`."""
        return str(format_date(day, "full", locale=self._locale))

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """Return a moment as it was on the wall in `zone`: `23 November 2026, 06:41 UTC`."""
        there = moment.astimezone(zone)
        clock = f"{self.hour(there.time())} {get_timezone_name(there, width='short', locale=self._locale)}"
        pattern = str(get_datetime_format("medium", locale=self._locale)).replace("'", "")
        return pattern.replace("{0}", clock).replace("{1}", self.day(there.date()))

    def hour(self, at: time) -> str:
        """Return `07:00`."""
        return str(format_time(at, "short", locale=self._locale))

    def several(self, things: Iterable[str]) -> str:
        """Return `this, that and the other`."""
        return str(format_list([str(self._isolated(thing)) for thing in things], locale=self._locale))

    def city(self, zone: str) -> str:
        """Return the city that a time zone is called after."""
        return str(get_timezone_location(ZoneInfo(zone), locale=self._locale, return_city=True))

    def language_name(self, tag: str) -> str:
        """Return the name of a language, in this one; a tag that nobody knows, as it is."""
        return _name(tag, self._locale)

    def begun(self, text: str) -> str:
        """Return `text` as it stands at the beginning of a line."""
        return text[:1].upper() + text[1:]

    @property
    def _locale(self) -> Locale:
        return _locale(self.variety, self.language)

    def _isolated(self, value: object) -> object:
        """Return a value that reads the other way between isolates, so that it stays in its place."""
        if not isinstance(value, str) or _turns(value) in (self.direction, ""):
            return value
        return f"{_ISOLATE}{value}{_END}"


def speech_for(request: Request, *, own: str = "", digest: str = "") -> Speech:
    """Return how to speak to whoever sent `request`.

    The reader's `own` language comes first; then `?lang=` in the address, what the browser
    accepts (RFC 9110, 12.5.4), and the language of the digest. What we have no words in is passed over.
    Dates are written as the digest writes them, wherever its readers' browsers come from: a page and
    the mail that it sends must not differ.
    """
    wanted = (own, request.query_params.get("lang", ""))
    browser = accepted(request.headers.get("accept-language", ""))
    asked = (*wanted, *(_language(tag) for tag in browser), digest)
    written = (digest if "-" not in tag and _language(digest) == tag.lower() else tag for tag in asked)
    return next((spoken for spoken in map(speech, written) if spoken), Speech(FALLBACK, _PLAIN_ENGLISH))


def speech(tag: str) -> Speech | None:
    """Return how `tag` is spoken here, None when we have no words in it."""
    if not _TAG.fullmatch(tag) or not catalogue().speaks(tag):
        return None
    language = _language(tag)
    return Speech(language, _PLAIN_ENGLISH if tag.lower() == "en" else tag)


def _language(tag: str) -> str:
    """Return a tag without its country."""
    return tag.partition("-")[0].lower()


def own_name(tag: str) -> str:
    """Return the name of a language in itself: `العربية`."""
    return _name(tag, _locale(tag, FALLBACK))


def accepted(header: str) -> Iterator[str]:
    """Yield the languages of an Accept-Language header, the dearest first."""
    found: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:_MOST]):
        tag, _, weight = part.partition(";q=")
        try:
            found.append((-float(weight or 1), place, tag.strip()))
        except ValueError:
            continue  # a browser that cannot say how much it wants a language does not want it
    yield from (tag for weight, _, tag in sorted(found) if weight < 0)


@lru_cache(maxsize=1)
def catalogue() -> Words:
    """Return all words in all languages."""
    return Words({path.stem: tomllib.loads(path.read_text("utf-8")) for path in LOCALE.glob("*.toml")})


@lru_cache(maxsize=64)
def _locale(variety: str, language: str) -> Locale:
    try:
        return Locale.parse(variety, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(language)


@lru_cache(maxsize=256)
def _name(tag: str, locale: Locale) -> str:
    try:
        return str(Locale.parse(tag, sep="-").get_display_name(locale) or tag)
    except (UnknownLocaleError, ValueError):
        return tag


def _turns(text: str) -> str:
    """Return which way `text` reads, by its first letter; empty when it has none."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return ""
