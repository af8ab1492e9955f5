"""schema.org metadata in a page's JSON-LD: the object that describes the article, if there is one."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import html as lxml_html

from digest.model.text import squeeze
from digest.sources.clean import text_of

_ARTICLES = (
    "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "backgroundnewsarticle",
    "opinionnewsarticle",
    "reviewnewsarticle", "liveblogposting", "article", "blogposting", "report", "socialmediaposting",
    "advertisercontentarticle",
    "scholarlyarticle", "techarticle", "satiricalarticle", "webpage",
)  # fmt: skip
_MAX_DEPTH = 6
_MAX_OBJECTS = 300
_MAX_CHARACTERS = 500_000


def article_of(root: lxml_html.HtmlElement) -> Mapping[str, Any]:
    """Return the JSON-LD object that describes the article; an empty one when there is none."""
    best: tuple[int, Mapping[str, Any]] = (len(_ARTICLES), {})
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        for held in _objects(_loads(script.text or ""), 0):
            rank = _rank(held)
            if rank < best[0] and (held.get("headline") or held.get("name") or held.get("articleBody")):
                best = (rank, held)
    return best[1]


def words_at(held: Mapping[str, Any], *path: str) -> str:
    """Return the text at a path of keys; of a list its first element counts, of an object its name."""
    value: Any = held
    for key in path:
        value = _first(value)
        value = value.get(key) if isinstance(value, dict) else None
    value = _first(value)
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("url") or value.get("@id")
    return text_of(str(value)) if isinstance(value, str | int | float) else ""


def names_at(held: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the names of the people or organisations under `key`."""
    values = held.get(key)
    found = []
    for value in values if isinstance(values, list) else [values]:
        name = value.get("name") if isinstance(value, dict) else value
        for one in name if isinstance(name, list) else [name]:
            if isinstance(one, str) and one.strip() and not one.startswith("http"):
                found.append(text_of(one))
    return tuple(dict.fromkeys(found))


def pixels_at(held: Mapping[str, Any], *path: str) -> int | None:
    """Return a number of pixels at a path of keys, however it is written."""
    found = re.match(r"\d{1,5}", words_at(held, *path))
    return int(found[0]) if found else None


def _loads(text: str) -> Any:
    """Decode JSON as sites write it: with comments around it and raw line breaks in strings."""
    bare = re.sub(
        r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>)\s*$", "", text[:_MAX_CHARACTERS]
    )
    try:
        return json.loads(bare.strip().rstrip(";"), strict=False)
    except (json.JSONDecodeError, RecursionError):
        return None


def _objects(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for one in value[:_MAX_OBJECTS]:
            yield from _objects(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement"):
            yield from _objects(value.get(key), depth + 1)


def _rank(held: Mapping[str, Any]) -> int:
    kinds = held.get("@type")
    names = [
        squeeze(str(kind)).lower().rpartition("/")[2]
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    ]
    return min((_ARTICLES.index(name) for name in names if name in _ARTICLES), default=len(_ARTICLES))


def _first(value: Any) -> Any:
    while isinstance(value, list):
        value = value[0] if value else None
    return value
