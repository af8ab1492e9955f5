"""What pydantic finds wrong becomes problems with a place, a reason and a way to mend it."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from digest.model.errors import Problem
from digest.settings.document import Document, Way
from digest.settings.keys import Keys
from digest.settings.messages import Unreadable, closest

#: Words that people bring along from other programs, and the key that they mean here.
FAMILIAR = {
    "cron": "send", "schedule": "send", "when": "send", "at": "send", "time": "send",
    "tz": "timezone", "time_zone": "timezone", "zone": "timezone", "lang": "language", "locale": "language",
    "to": "audience", "recipients": "audience", "list": "audience", "from_address": "sender",
    "name": "title", "subject": "title", "slug": "id", "url": "feed", "rss": "feed", "atom": "feed",
    "path": "folder", "dir": "folder", "directory": "folder", "interval": "visit", "refresh": "visit",
    "max": "at_most", "limit": "take", "count": "take", "max_age": "no_older_than", "bounces": "return_path",
    "relay": "send_through", "smtp": "send_through", "account": "send_through", "replyto": "reply_to",
    "address": "postal_address", "site": "website", "sources": "from", "holidays": "on_holidays",
    "dates": "on_dates", "layout": "template", "theme": "template",
}  # fmt: skip
_SECRETS = ("password", "passwd", "user", "username", "secret", "token", "api_key", "host", "port", "login")
_SHAPES = {
    "list_type": "write a list here, such as [one, two]",
    "model_type": "write keys with values here, each in a line of its own",
    "model_attributes_type": "write keys with values here, each in a line of its own",
    "dict_type": "write keys with values here, each in a line of its own",
    "bool_type": "write true or false here, without quotes",
    "int_type": "write a whole number here, without quotes",
}
_EXAMPLES = {
    "send": '"send" is missing: say when the digest goes out, such as "send: weekdays at 07:00"',
    "id": '"id" is missing: give it a short name for ever, such as "id: morning"',
    "title": '"title" is missing: say what readers call it',
    "name": '"name" is missing: say what the publication is called',
    "newsroom": '"newsroom" is missing: say who publishes, at least its name',
    "digests": '"digests" is missing: say what goes out, and when',
}


def problems_in(error: ValidationError, document: Document, shape: type[Keys]) -> Iterator[Problem]:
    """Yield one problem for each thing that pydantic complained about."""
    details = [(_in_file(detail["loc"], document), detail) for detail in error.errors(include_url=False)]
    meant = {
        (*way[:-1], _meant(str(way[-1]), known_keys(shape, way[:-1])))
        for way, detail in details
        if detail["type"] == "extra_forbidden"
    }
    for way, detail in details:
        if detail["type"] != "missing" or way not in meant:  # it is there, under a wrong name
            yield _problem(detail, way, document, shape)


def _problem(detail: ErrorDetails, way: Way, document: Document, shape: type[Keys]) -> Problem:
    kind, ctx = detail["type"], detail.get("ctx", {})
    reason = ctx.get("error")
    if isinstance(reason, Unreadable):
        return document.problem(way, reason.message, at=reason.at)
    if kind == "extra_forbidden":
        return document.problem(way, _unknown(str(way[-1]), way, shape), key=True)
    if kind == "missing":
        name = str(way[-1])
        return document.problem(way, _EXAMPLES.get(name, f'"{name}" is missing here'), key=True)
    if kind in ("too_short", "too_long"):
        low, high = ctx.get("min_length"), ctx.get("max_length")
        return document.problem(way, f"write at least {low} here" if low else f"write at most {high} here")
    return document.problem(way, _SHAPES.get(kind, detail["msg"]))


def _in_file(loc: tuple[int | str, ...], document: Document) -> Way:
    """Return pydantic's location without the parts that do not stand in the file.

    Those are names of validators and of the key of a mapping (`[key]`).
    """
    if document.places.get(loc) is not None:
        return loc
    parts = [part for part in loc if part != "[key]"]
    return tuple(parts)


def _unknown(name: str, way: Way, shape: type[Keys]) -> str:
    if name.lower() in _SECRETS:
        relay = str(way[1]).upper().replace("-", "_") if len(way) > 2 and way[0] == "relays" else "NAME"
        return (
            f'unknown key "{name}": addresses and passwords of relays do not belong in this file; put '
            f"DIGEST_RELAY_{relay}=smtp://... into secrets.env or the environment"
        )
    known = known_keys(shape, way[:-1])
    meant = _meant(name, known)
    if meant:
        return f'unknown key "{name}"; did you mean "{meant}"?'
    return f'unknown key "{name}": known here are {", ".join(known)}; a key of your own begins with x_'


def _meant(name: str, known: list[str]) -> str:
    """Return the known key that was probably meant, or nothing."""
    familiar = FAMILIAR.get(name.lower(), "")
    return closest(name, known) or (familiar if familiar in known else "")


def known_keys(shape: type[Keys], way: Way) -> list[str]:
    """Return the keys that the block at `way` may have, as they are written."""
    block: type[BaseModel] | None = shape
    for step in way:
        if block is None:
            return []
        if isinstance(step, str):
            fields = {info.alias or name: info.annotation for name, info in block.model_fields.items()}
            block = _block_in(fields[step]) if step in fields else block
    return [info.alias or name for name, info in block.model_fields.items()] if block else []


def _block_in(annotation: Any) -> type[BaseModel] | None:
    """Return the block of keys inside a type such as `list[SectionKeys]` or `SkipKeys | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _block_in(inner)
        if found is not None:
            return found
    return None
