"""Dates as feeds, pages and newsrooms write them.

In order: ISO 8601 and W3C, RFC 822 with a zone table of our own, numbers with a year, and
only then dateparser, which knows month names of many languages but can take long. A date
that has two readings (02/03/2026) has none here.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from digest.model.text import primary

#: Zones that RFC 822 does not name; an abbreviation with two meanings has that of the larger news market.
ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "ut": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "mez": 60, "met": 60,
    "wat": 60,
    "cest": 120, "mesz": 120, "eet": 120, "cat": 120, "sast": 120, "eest": 180, "msk": 180, "eat": 180,
    "trt": 180,
    "ast": -240, "gst": 240, "pkt": 300, "uzt": 300, "ist": 330, "npt": 345, "bdt": 360, "mmt": 390,
    "ict": 420, "wib": 420,
    "sgt": 480, "myt": 480, "hkt": 480, "pht": 480, "wita": 480, "awst": 480, "jst": 540, "kst": 540,
    "wit": 540,
    "acst": 570, "aest": 600, "acdt": 630, "aedt": 660, "nzst": 720, "nzdt": 780,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "akst": -540, "akdt": -480, "hst": -600, "brt": -180, "art": -180, "clt": -240, "clst": -180,
    "vet": -240, "cot": -300,
    "pet": -300, "ect": -300,
}  # fmt: skip
_ISO = re.compile(
    r"^(?P<date>\d{4}-?\d{2}-?\d{2})(?:[Tt\s]\s*(?P<time>\d{1,2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)\s*(?P<zone>Z|z|[+-]\d{2}(?::?\d{2})?|[A-Za-z]{1,5}|(?:GMT|UTC)[+-]\d{1,2}(?::?\d{2})?)?)?$"
)
_ASIAN = re.compile(r"(?P<y>\d{4})\s*[年년.]\s*(?P<m>\d{1,2})\s*[月월.]\s*(?P<d>\d{1,2})\s*[日일]?")
_NUMBERS = re.compile(r"(?<!\d)(?P<a>\d{1,2})\s?[/.-]\s?(?P<b>\d{1,2})\s?[/.-]\s?(?P<y>\d{4})(?!\d)")
_CLOCK = re.compile(
    r"(?<!\d)(?P<h>[01]?\d|2[0-3])(?:\s?[:h時时시点]\s?|\.)(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?(?!\d)"
)
_OFFSET = re.compile(r"(?:GMT|UTC)?\s*(?P<sign>[+-])(?P<h>\d{1,2}):?(?P<m>\d{2})?\)?\s*$")
_NAMED_ZONE = re.compile(r"\b(?P<zone>[A-Z]{2,5})\)?\s*$")
_MAX_CHARACTERS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point in time, and how much of it was said."""

    when: datetime  #: aware, UTC
    zoned: bool  #: the text named its time zone; else UTC was assumed
    timed: bool = True  #: the text named a time of day


def read_date(text: str, *, language: str = "") -> Moment | None:
    """Return the moment that `text` names, or None when it names none or more than one.

    Args:
        language: BCP 47; decides how month names are read, and whether 02/03 can be told.
    """
    text = re.sub(r"\s+", " ", text).strip()
    if not text or len(text) > _MAX_CHARACTERS or not re.search(r"\d", text):
        return None
    try:
        return _iso(text) or _rfc822(text) or _numbers(text, language) or _words(text, language)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> Moment | None:
    found = _ISO.match(text)
    if found is None:
        return None
    clock = (found["time"] or "00:00").replace(",", ".")
    clock = f"0{clock}" if re.match(r"\d:", clock) else clock
    bare = datetime.fromisoformat(f"{found['date']}T{clock}")
    zone = _zone(found["zone"] or "")
    return _moment(bare, zone, timed=found["time"] is not None)


def _rfc822(text: str) -> Moment | None:
    parts = parsedate_tz(text)
    if parts is None or not re.search(r"\b\d{4}\b|\b[A-Za-z]{3,9},? \d\d\b|\d\d [A-Z]{3} \d\d ", text):
        return None
    if not re.search(r"[A-Za-z]{3}", text) or re.search(r"[^\x00-\x7f]", text):
        return None
    bare = datetime(*parts[:6])  # noqa: DTZ001  the zone is set below
    offset = parts[9]
    named = _NAMED_ZONE.search(text)
    zone = _zone(named["zone"]) if named else None
    if zone is None and offset is not None and re.search(r"[+-]\d{4}|\b(?:GMT|UT|UTC|Z)\b", text):
        zone = timezone(timedelta(seconds=offset))
    return _moment(bare, zone, timed=bool(re.search(r"\d:\d\d", text)))


def _numbers(text: str, language: str) -> Moment | None:
    if found := _ASIAN.search(text):
        day = datetime(int(found["y"]), int(found["m"]), int(found["d"]))  # noqa: DTZ001  the zone is set below
    elif found := _NUMBERS.search(text):
        a, b = int(found["a"]), int(found["b"])
        if a <= 12 and b <= 12 and a != b and primary(language) in ("", "en"):
            return None
        month_first = b > 12
        day = datetime(int(found["y"]), a if month_first else b, b if month_first else a)  # noqa: DTZ001  see above
    else:
        return None
    rest = text[: found.start()] + " " + text[found.end() :]
    return _with_clock(day, rest)


def _with_clock(day: datetime, rest: str) -> Moment:
    zone = None
    if offset := _OFFSET.search(rest.rstrip(") ") + ")"):
        zone = _zone(offset.group().strip("() "))
        rest = rest[: offset.start()]
    elif named := _NAMED_ZONE.search(rest):
        zone = _zone(named["zone"])
    clock = _CLOCK.search(rest)
    if clock is None:
        return _moment(day, zone, timed=False)
    hour = int(clock["h"])
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"][0] in "Pp" else 0)
    return _moment(day.replace(hour=hour, minute=int(clock["m"]), second=int(clock["s"] or 0)), zone)


def _words(text: str, language: str) -> Moment | None:
    """Ask dateparser, for texts that name a year and a month in words."""
    if not re.search(r"(?<!\d)\d{4}(?!\d)", text) or not re.search(r"[^\W\d_]{3}", text):
        return None
    import dateparser  # costs 0.2 s: only what nothing else could read pays for it

    settings = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "STRICT_PARSING": True,
    }
    when = None
    for languages in ([primary(language)] if language else None, None):
        try:
            when = dateparser.parse(text, languages=languages, settings=settings)
        except ValueError:  # a language that dateparser does not know
            continue
        if when is not None or languages is None:
            break
    if when is None:
        return None
    zone = when.tzinfo
    return _moment(when.replace(tzinfo=None), zone, timed=bool(re.search(r"\d\s?[:hH.]\s?\d\d", text)))


def _zone(name: str) -> timezone | None:
    bare = name.strip().lower()
    if bare in ZONES:
        return timezone(timedelta(minutes=ZONES[bare]))
    found = re.match(r"(?:gmt|utc)?\s*([+-])(\d{1,2}):?(\d{2})?$", bare)
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return (
        timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes)) if minutes <= 15 * 60 else None
    )


def _moment(bare: datetime, zone: object, *, timed: bool = True) -> Moment:
    known = zone if isinstance(zone, timezone) else None
    if known is None and zone is not None and hasattr(zone, "utcoffset"):
        known = timezone(zone.utcoffset(bare))
    when = bare.replace(tzinfo=known or UTC).astimezone(UTC)
    return Moment(when=when, zoned=known is not None, timed=timed)
