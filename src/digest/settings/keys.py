"""The kinds of value that keys of `schedule.yaml` take, each with its form for people and for editors.

A kind joins a reader (from `scalars`, `spans`, `sending`) with a JSON Schema that gives
completion and hover help. Defaults are written as a person would write them and are read
by the same reader.
"""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from digest.model.cadence import Cadence
from digest.model.digest import Preference
from digest.settings import scalars
from digest.settings.messages import Unreadable, did_you_mean, listed
from digest.settings.sending import read_sending
from digest.settings.spans import MINUTE, read_count, read_span

Choice = TypeVar("Choice", bound=StrEnum)


def _schema_extra(schema: dict[str, Any]) -> None:
    schema["patternProperties"] = {"^x_": {}}
    schema.pop("title", None)


class Keys(BaseModel):
    """A block of the schedule: unknown keys are refused, values are never bent into shape."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, defer_build=True, json_schema_extra=_schema_extra
    )


def key(default: Any, meaning: str, **more: Any) -> Any:
    """Return the field of one key: its default as written (`...` for none) and what it means."""
    return Field(default=default, description=meaning, validate_default=True, **more)


def kind(read: Callable[[object], Any], form: str, **schema: Any) -> tuple[PlainValidator, WithJsonSchema]:
    """Return what makes a type into a kind of value: its reader, and its form in words."""
    return PlainValidator(read), WithJsonSchema({"type": "string", "title": form, **schema})


def span(
    side: str, example: str, form: str, *, at_least: timedelta = timedelta()
) -> tuple[PlainValidator, WithJsonSchema]:
    """Return the kind of a length of time."""
    read = partial(read_span, side=side, example=example, at_least=at_least)
    return kind(read, form, examples=[example])


def one_of(choices: type[Choice]) -> tuple[PlainValidator, WithJsonSchema]:
    """Return the kind of a choice between words."""

    def read(text: object) -> Choice:
        words = [choice.value for choice in choices]
        if isinstance(text, str) and text in words:
            return choices(text)
        wanted = listed([f'"{word}"' for word in words])
        if isinstance(text, bool):
            raise Unreadable(f"write {wanted} here: true and false are something else")
        raise Unreadable(f'"{text}" is not {wanted}{did_you_mean(str(text), words)}')

    return PlainValidator(read), WithJsonSchema({"enum": [c.value for c in choices], "title": "one of"})


def count(noun: str, at_least: int, at_most: int) -> tuple[PlainValidator, WithJsonSchema]:
    """Return the kind of a count with its noun, such as `4 stories`."""
    many = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    form = f"a number of {many}"
    schema = {"type": ["string", "integer"], "title": form, "examples": [f"{max(2, at_least)} {many}"]}
    return PlainValidator(partial(read_count, noun=noun, at_least=at_least, at_most=at_most)), WithJsonSchema(
        schema
    )


def _whole(text: object, low: int, high: int) -> int:
    if isinstance(text, bool) or not isinstance(text, int):
        raise Unreadable(f"write a whole number from {low} to {high:,}, without quotes")
    if not low <= text <= high:
        raise Unreadable(f"{text} is out of range: write a number from {low} to {high:,}")
    return text


def whole(low: int, high: int) -> tuple[PlainValidator, WithJsonSchema]:
    """Return the kind of a whole number."""
    schema = {"type": "integer", "minimum": low, "maximum": high, "title": f"a number from {low} to {high:,}"}
    return PlainValidator(partial(_whole, low=low, high=high)), WithJsonSchema(schema)


def _limit(text: object, low: float) -> float | None:
    if text is None or text == "no limit":
        return None
    if isinstance(text, bool) or not isinstance(text, int | float) or text < low or text != text:
        raise Unreadable(f'write a number of at least {low:g}, or "no limit"')
    return text


def limit(low: float) -> tuple[PlainValidator, WithJsonSchema]:
    """Return the kind of a number that may also be `no limit`."""
    schema = {
        "anyOf": [{"type": "number", "minimum": low}, {"const": "no limit"}],
        "title": "a number, or no limit",
    }
    return PlainValidator(partial(_limit, low=low)), WithJsonSchema(schema)


def _weight(text: object) -> float:
    if isinstance(text, bool) or not isinstance(text, int | float) or not 0 <= text <= 1000:
        raise Unreadable("write a number from 0 to 1000; 1 is the usual weight")
    return float(text)


def _day(text: object) -> date:
    if type(text) is date:
        return text
    raise Unreadable(f'"{text}" is not a date: write 2026-12-24')


def _span_or_none(text: object) -> timedelta | None:
    if text == "no limit":
        return None
    return read_span(text, side="after", example="4 hours after", at_least=MINUTE)


def _visit(text: object) -> timedelta:
    visit = read_span(text, side="every", example="every 15 minutes")
    if visit < timedelta(minutes=1):
        raise Unreadable("a source is visited at most once a minute: write every 15 minutes")
    return visit


def _round_up(text: object) -> Cadence:
    cadence = read_sending(text)
    if not cadence.at_most_weekly:
        raise Unreadable("a round-up goes out once a week at most: write saturdays at 09:00")
    return cadence


def _preference(text: object) -> Preference:
    kinds = ("tag", "source", "section", "has")
    first, _, value = scalars.read_text(text).partition(" ")
    if first not in kinds or not value.strip():
        near = did_you_mean(first, kinds)
        raise Unreadable(f'write {listed([f"{k} ..." for k in kinds])}, such as "tag front-page"{near}')
    if first == "has" and value.strip() not in HAVINGS:
        at = len(first) + 1
        raise Unreadable(f"a story can have {listed(HAVINGS)}{did_you_mean(value, HAVINGS)}", at)
    return Preference(kind=first, value=value.strip())


def _having(text: object) -> str:
    if text not in HAVINGS:
        raise Unreadable(f'"{text}" is not {listed(HAVINGS)}{did_you_mean(str(text), HAVINGS)}')
    return str(text)


HAVINGS = ("image", "summary", "author")

Text = Annotated[str, *kind(scalars.read_text, "text")]
Id = Annotated[str, *kind(scalars.read_id, "a name: a-z, 0-9, hyphens", pattern="^[a-z0-9][a-z0-9-]*$")]
Ids = Annotated[
    tuple[str, ...],
    PlainValidator(scalars.read_ids),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ],
            "title": "a name, or a list of names",
        }
    ),
]
Zone = Annotated[ZoneInfo, *kind(scalars.read_zone, "a time zone", examples=["Europe/Stockholm"])]
Language = Annotated[
    str, *kind(scalars.read_language, "a language code (BCP 47)", examples=["en", "sv", "zh-Hant"])
]
Country = Annotated[str, *kind(scalars.read_country, "a country code (ISO 3166)", examples=["SE", "DE-BY"])]
Mailbox = Annotated[
    str, *kind(scalars.read_mailbox, "Name <address>", examples=["Harbour Post <brief@example.org>"])
]
Address = Annotated[str, *kind(scalars.read_address, "a mail address", examples=["desk@example.org"])]
Domain = Annotated[str, *kind(scalars.read_domain, "a domain", examples=["example.org"])]
WebAddress = Annotated[
    str, *kind(scalars.read_web_address, "an address, http or https", pattern="^https?://")
]
PagesAddress = Annotated[str, *kind(scalars.read_pages_address, "an https address", pattern="^https?://")]
Location = Annotated[str, *kind(scalars.read_location, "URL or path")]
Day = Annotated[date, *kind(_day, "a date", format="date")]
Weight = Annotated[
    float, PlainValidator(_weight), WithJsonSchema({"type": "number", "minimum": 0, "title": "a number"})
]
Sending = Annotated[
    Cadence,
    *kind(
        read_sending,
        "days and times, or five cron fields",
        examples=["weekdays at 07:00", "mondays and thursdays at 18:00", "every day at 7.30", "0 7 * * 1-5"],
    ),
]
RoundUp = Annotated[
    Cadence, *kind(_round_up, "a day of the week and a time", examples=["saturdays at 09:00"])
]
Span = Annotated[timedelta, *span("", "24 hours", "a length of time", at_least=MINUTE)]
SpanOrNought = Annotated[timedelta, *span("", "24 hours", "a length of time, or 0 minutes")]
SpanBefore = Annotated[timedelta, *span("before", "45 minutes before", "a length of time before the sending")]
SpanAfter = Annotated[
    timedelta | None,
    *kind(_span_or_none, "a length of time after the sending, or no limit", examples=["4 hours after"]),
]
Visit = Annotated[timedelta, *kind(_visit, "every so often", examples=["every 15 minutes"])]
Preferred = Annotated[
    Preference,
    *kind(
        _preference, "tag ..., source ..., section ... or has ...", examples=["tag front-page", "has image"]
    ),
]
Having = Annotated[str, PlainValidator(_having), WithJsonSchema({"enum": list(HAVINGS), "title": "one of"})]
