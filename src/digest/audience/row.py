"""One row of a list of subscribers, checked: what it says, and what is wrong with it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import available_timezones

from digest.audience.address import Address, clean_name, normalise
from digest.audience.headings import Field, attribute_name
from digest.model.errors import AddressWrong, AskedWrongly
from digest.model.subscriber import Consent
from digest.model.text import squeeze

#: Longest value of an attribute, in characters; what is longer is cut.
MAX_VALUE = 500
#: Most attributes of one subscriber.
MAX_ATTRIBUTES = 40


class Lowered(StrEnum):
    """What a file may say against writing to somebody. Nothing in a file speaks for it."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person in a list, as the list describes them."""

    line: int
    address: Address
    name: str = ""
    language: str = ""
    timezone: str = ""
    topics: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()  #: digests, whatever consent the row brings for others
    left: tuple[str, ...] = ()  #: digests that they unsubscribed from
    attributes: Mapping[str, str] = field(default_factory=dict)
    consent: Consent | None = None
    joined: datetime | None = None
    lowered: Lowered | None = None


class RowWrong(ValueError):
    """A row that cannot be used; the message says why. Never leaves `audience/importing`."""


_LOWERING: dict[str, Lowered] = {
    word: lowered
    for lowered, words in {
        Lowered.UNSUBSCRIBED: "unsubscribed, unsubscribe, unsub, opted out, opt out, optout, removed, "
        "disabled, deleted, blocklisted, blacklisted, inactive, suppressed, left, no",
        Lowered.BOUNCED: "bounced, bounce, hard bounce, cleaned, invalid, undeliverable",
        Lowered.COMPLAINED: "complained, complaint, spam, abuse, marked as spam, spam complaint",
    }.items()
    for word in words.split(", ")
}
_CONSENT_FIELDS = frozenset((Field.CONSENT_AT, Field.CONSENT_SOURCE))
_LOWERING_FIELDS = frozenset((Field.STATUS, Field.CLEANED, Field.LEFT, Field.WANTS_MAIL))
_NO = ("", "0", "false", "no", "n", "nein", "nej", "non", "null", "none")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_ZONES: dict[str, str] = {}


def row_of(
    line: int, cells: Mapping[Field, str], extra: Mapping[str, str], *, now: datetime
) -> tuple[Row, list[str]]:
    """Return the row, and warnings about values that were left out of it.

    Args:
        cells: the value of each known column.
        extra: the other columns, under the names of their attributes.

    Raises:
        RowWrong: there is no address in it, or its consent cannot be read.
    """
    warnings: list[str] = []
    get = cells.get
    try:
        address = normalise(get(Field.EMAIL, ""))
    except AddressWrong as error:
        raise RowWrong(f"{error.address}: {error.why}") from error
    return Row(
        line=line,
        address=address,
        name=_name(cells) or address.name,
        language=_language(cells[Field.LANGUAGE], warnings) if Field.LANGUAGE in cells else "",
        timezone=_timezone(cells[Field.TIMEZONE], warnings) if Field.TIMEZONE in cells else "",
        topics=topics_in(cells[Field.TOPICS]) if Field.TOPICS in cells else (),
        digests=topics_in(cells[Field.DIGESTS]) if Field.DIGESTS in cells else (),
        unconfirmed=topics_in(cells[Field.UNCONFIRMED]) if Field.UNCONFIRMED in cells else (),
        left=topics_in(cells[Field.UNSUBSCRIBED_FROM]) if Field.UNSUBSCRIBED_FROM in cells else (),
        attributes=_attributes(get(Field.ATTRIBUTES, ""), extra, warnings),
        consent=_consent(cells, now, warnings) if _CONSENT_FIELDS & cells.keys() else None,
        joined=moment_in(cells[Field.JOINED], now) if Field.JOINED in cells else None,
        lowered=_lowered(cells),
    ), warnings


def row_typed(
    address: str,
    *,
    name: str = "",
    language: str = "",
    consent_at: str = "",
    consent_source: str = "",
    now: datetime,
) -> tuple[Row, list[str]]:
    """Return the row that a person typed on the command line, and warnings about it.

    Raises:
        AddressWrong: there is no address in it.
        AskedWrongly: the consent cannot be read.
    """
    normalise(address)
    cells = {
        Field.EMAIL: address,
        Field.NAME: name,
        Field.LANGUAGE: language,
        Field.CONSENT_AT: consent_at,
        Field.CONSENT_SOURCE: consent_source,
    }
    try:
        return row_of(0, {field: value for field, value in cells.items() if value}, {}, now=now)
    except RowWrong as error:
        raise AskedWrongly(str(error)) from error


@lru_cache(maxsize=4096)
def topics_in(text: str) -> tuple[str, ...]:
    """Return the topics in one cell, separated by `;`, `|` or commas, in lower case, each once."""
    parts = (" ".join(part.strip(" \"'").split()) for part in re.split(r"[;,|\n]", text))
    return tuple(dict.fromkeys(key for part in parts if (key := topic_key(part))))


def topic_key(text: str) -> str:
    """Return a topic as it is compared: lower case, one line, without quotes and backslashes."""
    return squeeze(text.replace('"', "").replace("\\", "")).casefold()[:60]


def moment_in(text: str, now: datetime) -> datetime | None:
    """Return the time in `text` in UTC (ISO 8601; a date alone is its midnight), None when it is none.

    A time later than tomorrow is none: a slip must not stand as evidence.
    """
    text = text.strip()
    if len(text) < 10 or not text[:4].isdigit():
        return None
    try:
        moment = datetime.fromisoformat(text.removesuffix("UTC").strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment <= now + timedelta(days=1) else None


def _name(cells: Mapping[Field, str]) -> str:
    whole = cells.get(Field.NAME, "")
    if not whole:
        whole = f"{cells.get(Field.FIRST_NAME, '')} {cells.get(Field.LAST_NAME, '')}"
    return clean_name(_unprotected(whole))


def _unprotected(value: str) -> str:
    """Return a cell without the apostrophe that protects spreadsheets from formulas."""
    return value[1:] if len(value) > 1 and value[0] == "'" and value[1] in "=+-@'" else value


def _language(text: str, warnings: list[str]) -> str:
    if not _LANGUAGE.fullmatch(text.strip()):
        warnings.append(f"{text.strip()[:20]!r} is no language code: write en, sv or pt-BR: left out")
        return ""
    if len(text) == 2:
        return text.lower()
    first, *rest = re.split("[-_]", text.strip())
    return "-".join((first.lower(), *(part.upper() if len(part) == 2 else part.title() for part in rest)))


def _timezone(text: str, warnings: list[str]) -> str:
    if not _ZONES:
        _ZONES.update({name.lower(): name for name in available_timezones()})
    found = _ZONES.get(text.strip().lower().replace(" ", "_"), "")
    if not found:
        warnings.append(f"{text.strip()[:30]!r} is no time zone: write Europe/Stockholm: left out")
    return found


def _consent(cells: Mapping[Field, str], now: datetime, warnings: list[str]) -> Consent | None:
    at, source = cells.get(Field.CONSENT_AT, "").strip(), cells.get(Field.CONSENT_SOURCE, "").strip()
    if not at and not source:
        return None
    if not at or not source:
        missing = "consent_source" if at else "consent_at"
        warnings.append(f"{missing} is empty: without it the row carries no yes")
        return None
    return _evidence(at, source, cells.get(Field.CONSENT_WORDING, ""), now)


@lru_cache(maxsize=4096)  # a list often holds the same evidence for all of a day
def _evidence(at: str, source: str, wording: str, now: datetime) -> Consent:
    moment = moment_in(at, now)
    if moment is None:
        raise RowWrong(f"consent_at is no past date: write it as 2024-03-01: {at[:30]}")
    return Consent(at=moment, source=_value(source), wording=_value(wording))


def _lowered(cells: Mapping[Field, str]) -> Lowered | None:
    if _LOWERING_FIELDS.isdisjoint(cells):
        return None
    status = " ".join(cells.get(Field.STATUS, "").lower().replace("_", " ").replace("-", " ").split())
    if found := _LOWERING.get(status):
        return found
    if cells.get(Field.CLEANED, "").strip().lower() not in _NO:
        return Lowered.BOUNCED
    if cells.get(Field.LEFT, "").strip().lower() not in _NO:
        return Lowered.UNSUBSCRIBED
    wants = cells.get(Field.WANTS_MAIL, "").strip().lower()
    return Lowered.UNSUBSCRIBED if wants and wants in _NO else None


def _attributes(text: str, extra: Mapping[str, str], warnings: list[str]) -> dict[str, str]:
    found = {name: kept for name, value in extra.items() if value and (kept := _value(value))}
    if text.strip():
        try:
            more = json.loads(text)
        except (ValueError, RecursionError):
            more = None
        if isinstance(more, dict):
            for position, (name, value) in enumerate(more.items(), 1):
                if isinstance(value, str | int | float | bool) and (kept := _value(str(value))):
                    found[attribute_name(str(name), position, ())] = kept
        else:
            warnings.append("the attributes are no JSON object: left out")
    if len(found) > MAX_ATTRIBUTES:
        warnings.append(f"more than {MAX_ATTRIBUTES} attributes: the rest is left out")
        found = dict(list(found.items())[:MAX_ATTRIBUTES])
    return found


def _value(text: str) -> str:
    text = _unprotected(text)
    return (" ".join(text.split()) if text.isascii() else squeeze(text))[:MAX_VALUE]
