"""Values of the ground floor as JSON and back, exactly.

One compact object per value; what equals its default is left out, so that a field added to
`model` later reads old documents. The codecs are built once per type from its annotations.
A story may stand as the number of its version instead (`refer`, `stories`): an edition then
keeps its hundred stories in a few kilobytes and gets back the very words that were chosen.
"""

import dataclasses
import json
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache, lru_cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from digest.model.errors import StoreError
from digest.model.story import Story

#: Returns a story's version number, or None to write the story out.
Refer = Callable[[Story], int | None]
_Encode = Callable[[Any, Refer | None], Any]
_Decode = Callable[[Any, Mapping[int, Story]], Any]
_T = TypeVar("_T")
#: Versions of stories that stay read: an edition's candidates are read again at each of its saves.
READ = 2048


def to_json(value: Any, *, refer: Refer | None = None) -> str:
    """Return a value of the ground floor as JSON."""
    return written(to_plain(value, refer=refer))


def from_json(kind: type[_T], document: str, *, stories: Mapping[int, Story] | None = None) -> _T:
    """Return the value that `to_json` wrote.

    Args:
        kind: its type.
        stories: version number -> story, for those that were written as a number.

    Raises:
        StoreError: the document does not fit the type, or a story is missing.
    """
    return from_plain(kind, json.loads(document), stories=stories)


@lru_cache(maxsize=READ)
def story_from(document: str) -> Story:
    """Return the story behind a stored version: the same object for the same words, for a while.

    A version never changes, and neither does a `Story`, so whoever gets one may keep it.

    Raises:
        StoreError: the document does not fit.
    """
    return from_json(Story, document)


def from_plain(kind: type[_T], plain: Any, *, stories: Mapping[int, Story] | None = None) -> _T:
    """Return the value behind an already parsed document; see `from_json`."""
    try:
        value: _T = _decoder(cast(Any, kind))(plain, stories or {})
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(
            f"database: a stored {kind.__name__.lower()} cannot be read back: {error!r}"
        ) from error
    return value


def to_plain(value: Any, *, refer: Refer | None = None) -> Any:
    """Return a value as lists, objects and scalars, for a larger document."""
    kind: Any = type(value)
    return _encoder(kind)(value, refer)


def written(plain: Any) -> str:
    """Return parsed JSON as text that both databases take: lone surrogates and NUL stay escaped."""
    document = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    try:
        document.encode()
    except UnicodeEncodeError:
        return json.dumps(plain, separators=(",", ":"))
    return document


@cache
def _encoder(kind: Any) -> _Encode:
    if dataclasses.is_dataclass(kind):
        return _story_encoder() if kind is Story else _object_encoder(kind)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = _encoder(_without_none(kind))
        return lambda value, refer: None if value is None else inner(value, refer)
    if origin in (tuple, list):
        item = _encoder(get_args(kind)[0])
        return lambda value, refer: [item(one, refer) for one in value]
    if origin is frozenset:
        return lambda value, refer: sorted(value)
    if origin is not None:  # a Mapping[str, str]
        return lambda value, refer: dict(value)
    if kind is datetime:
        return _encode_moment
    if kind in (date, time):
        return lambda value, refer: value.isoformat()
    if kind is timedelta:
        return lambda value, refer: [value.days, value.seconds, value.microseconds]
    if kind is ZoneInfo:
        return lambda value, refer: value.key
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value, refer: value.value
    return lambda value, refer: value


def _object_encoder(kind: Any) -> _Encode:
    hints = get_type_hints(kind)
    plan = [(field.name, _encoder(hints[field.name]), _default(field)) for field in dataclasses.fields(kind)]

    def encode(value: Any, refer: Refer | None) -> dict[str, Any]:
        plain = {}
        for name, inner, default in plan:
            part = getattr(value, name)
            if part is not default and part != default:
                plain[name] = inner(part, refer)
        return plain

    return encode


def _story_encoder() -> _Encode:
    inline = _object_encoder(Story)

    def encode(value: Story, refer: Refer | None) -> Any:
        number = refer(value) if refer else None
        return inline(value, None) if number is None else number

    return encode


@cache
def _decoder(kind: Any) -> _Decode:
    if dataclasses.is_dataclass(kind):
        return _story_decoder() if kind is Story else _object_decoder(kind)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = _decoder(_without_none(kind))
        return lambda plain, stories: None if plain is None else inner(plain, stories)
    if origin in (tuple, list):
        item = _decoder(get_args(kind)[0])
        return lambda plain, stories: tuple([item(one, stories) for one in plain])
    if origin is frozenset:
        return lambda plain, stories: frozenset(plain)
    if origin is not None:  # a Mapping[str, str]
        return lambda plain, stories: types.MappingProxyType(plain)
    if kind is datetime:
        return _decode_moment
    if kind in (date, time):
        return lambda plain, stories: kind.fromisoformat(plain)
    if kind is timedelta:
        return lambda plain, stories: timedelta(*plain)
    if kind is ZoneInfo or (isinstance(kind, type) and issubclass(kind, Enum)):
        return lambda plain, stories: kind(plain)
    return lambda plain, stories: plain


def _object_decoder(kind: Any) -> _Decode:
    hints = get_type_hints(kind)
    plan = {field.name: _decoder(hints[field.name]) for field in dataclasses.fields(kind)}

    def decode(plain: Any, stories: Mapping[int, Story]) -> Any:
        return kind(**{name: plan[name](part, stories) for name, part in plain.items()})

    return decode


def _story_decoder() -> _Decode:
    inline = _object_decoder(Story)

    def decode(plain: Any, stories: Mapping[int, Story]) -> Any:
        return inline(plain, {}) if isinstance(plain, dict) else stories[plain]

    return decode


def _encode_moment(value: datetime, _refer: Refer | None) -> str:
    """Return the moment with its offset, and with its zone's name where it has one (RFC 9557)."""
    zone = value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
    return f"{value.isoformat()}[{zone}]" if zone else value.isoformat()


def _decode_moment(plain: str, _stories: Mapping[int, Story]) -> datetime:
    written, _, zone = plain.partition("[")
    moment = datetime.fromisoformat(written)
    return moment.astimezone(ZoneInfo(zone[:-1])) if zone else moment


def _default(field: Any) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return dataclasses.MISSING


def _without_none(kind: Any) -> Any:
    (inner,) = (part for part in get_args(kind) if part is not type(None))
    return inner
