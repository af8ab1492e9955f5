"""IPTC ninjs, 1.x and 2.x: one news item, or a list of them, in JSON.

Source: IPTC News in JSON, https://iptc.org/std/ninjs/ (headlines, bodies, descriptions,
associations with renditions; urgency 1 to 9, 1 the most urgent; pubstatus).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from digest.model.digest import Source
from digest.model.finding import Finding, Level
from digest.model.story import Completeness, Dateline, Image, PubStatus, Reading, Story
from digest.model.text import plain, squeeze
from digest.sources import tongue
from digest.sources.agency_copy import Taken, take_agency_copy
from digest.sources.clean import paragraphs, safe_url, text_of, text_paragraphs
from digest.sources.dates import read_date

Finder = Callable[[str], str]
_MAX_ITEMS = 500
_STATUS = {
    "usable": PubStatus.USABLE, "withheld": PubStatus.WITHHELD, "canceled": PubStatus.CANCELLED,
    "cancelled": PubStatus.CANCELLED,
}  # fmt: skip


def read_ninjs(source: Source, text: str, *, path: str, now: datetime, find: Finder) -> Reading:
    """Return the stories of a ninjs file; what is not one becomes a finding."""
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"{path}:{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else path
        why = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep"
        return Reading(findings=(_finding("json-wrong", f"not JSON: {why}", where),))
    if isinstance(document, dict) and "jsonfeed.org" in str(document.get("version", "")):
        from digest.sources.json_feed import read_json_feed

        return read_json_feed(source, document, location=path, now=now)
    stories, findings = [], []
    for number, item in enumerate(_items(document), 1):
        where = path if number == 1 else f"{path} item {number}"
        if not isinstance(item, dict) or not (_headline(item) or _body(item)):
            findings.append(_finding("not-a-story", "no ninjs news item: neither headline nor body", where))
            continue
        stories.append(_Item(source, item, where, findings, find).story(path=path, now=now))
    if not stories and not findings:
        findings.append(_finding("file-empty", "the file holds no news item", path))
    return Reading(stories=tuple(stories), findings=tuple(findings))


def _items(document: Any) -> list[Any]:
    if isinstance(document, dict):
        held = document.get("items") or document.get("_items")
        document = held if isinstance(held, list) else [document]
    return document[:_MAX_ITEMS] if isinstance(document, list) else [document]


class _Item:
    """One news item on its way to a story."""

    def __init__(
        self, source: Source, item: Mapping[str, Any], where: str, findings: list[Finding], find: Finder
    ) -> None:
        self.source, self.item, self.where, self.findings, self.find = source, item, where, findings, find

    def story(self, *, path: str, now: datetime) -> Story:
        item = self.item
        taken = self._copy()
        language = tongue.normalise(_text(item.get("language"))) or self.source.language
        embargo, status = self._release()
        return Story(
            source=self.source.id, headline=_headline(item), path=path, first_seen=now,
            url=_address(item), guid=_text(item.get("uri")) or None,
            standfirst=_described(item), byline=_byline(item), dateline=taken.dateline, body=taken.body,
            sign_off=taken.sign_off,
            section=_first_name(item.get("subject") or item.get("subjects")) or self.source.section,
            tags=_tags(item),
            language=language or tongue.detect(" ".join([_headline(item), *map(plain, taken.body)])),
            published=self._moment("firstcreated") or self._moment("versioncreated"),
            updated=self._moment("versioncreated"), images=tuple(self._images()),
            priority=_priority(item), embargo=embargo, pubstatus=status,
            completeness=Completeness.FULL if taken.body else Completeness.PARTIAL,
        )  # fmt: skip

    def _release(self) -> tuple[datetime | None, PubStatus]:
        """Return embargo and status; what can't be read holds the story back."""
        told = _text(self.item.get("pubstatus")).lower() or "usable"
        status = _STATUS.get(told)
        if status is None:
            self.findings.append(
                _finding("value-wrong", f"pubstatus “{told}”: the story is withheld", self.where)
            )
        embargo = self._moment("embargoed")
        if embargo is None and self.item.get("embargoed"):
            return None, PubStatus.WITHHELD
        return embargo, status or PubStatus.WITHHELD

    def _moment(self, key: str) -> datetime | None:
        told = _text(self.item.get(key))
        if not told:
            return None
        found = read_date(told)
        if found is None:
            self.findings.append(_finding("date-wrong", f"{key}: “{told[:60]}” is no time", self.where))
        return found.when if found else None

    def _copy(self) -> Taken:
        """Return the body without agency habits; without a dateline in it, the item's place and agency."""
        taken = take_agency_copy(_body(self.item))
        located = _text(self.item.get("located"))
        if taken.dateline is not None or not located:
            return taken
        agency = _first_name(self.item.get("infosources")) or _text(self.item.get("source"))
        return replace(taken, dateline=Dateline(place=located, agency=agency))

    def _images(self) -> Iterator[Image]:
        associated = self.item.get("associations")
        for picture in associated.values() if isinstance(associated, dict) else _listed(associated):
            if isinstance(picture, dict) and picture.get("type", "picture") in ("picture", "graphic"):
                image = self._image(picture)
                if image is not None:
                    yield image

    def _image(self, picture: Mapping[str, Any]) -> Image | None:
        held = picture.get("renditions") or {}
        renditions = [r for r in (held.values() if isinstance(held, dict) else held) if isinstance(r, dict)]
        renditions.sort(key=lambda r: _number(r.get("width")) or 0, reverse=True)
        best = next((r for r in renditions if r.get("href")), {"href": picture.get("href") or ""})
        url = self._picture_address(_text(best.get("href")))
        caption = _described(picture) or _text(picture.get("caption")) or _headline(picture)
        credit = _text(
            picture.get("by")
            or picture.get("byline")
            or picture.get("copyrightholder")
            or picture.get("creditline")
        )
        if not (url or caption or credit):
            return None
        return Image(
            url=url or None, caption=caption, credit=credit,
            alt=_text(picture.get("altText") or picture.get("alttext")),
            width=_number(best.get("width")), height=_number(best.get("height")),
        )  # fmt: skip

    def _picture_address(self, href: str) -> str:
        if not href or href.startswith(("http://", "https://")):
            return safe_url(href)
        try:
            return self.find(href)
        except LookupError as error:
            self.findings.append(_finding("image-missing", str(error.args[0]), self.where))
            return ""


def _headline(item: Mapping[str, Any]) -> str:
    return text_of(_text(item.get("headline"))) or _of_role(item.get("headlines"), "main")


def _described(item: Mapping[str, Any]) -> str:
    told = _text(item.get("description_text")) or _of_role(item.get("descriptions"), "summary")
    return squeeze(told) or text_of(_text(item.get("description_html")))


def _of_role(values: Any, role: str) -> str:
    """Return the value of the wanted role, else the first one (ninjs 2.x lists)."""
    listed = [v for v in values if isinstance(v, dict)] if isinstance(values, list) else []
    listed.sort(key=lambda value: str(value.get("role", "")) != role)
    return text_of(_text(listed[0].get("value"))) if listed else ""


def _body(item: Mapping[str, Any]) -> tuple[str, ...]:
    if markup := _text(item.get("body_html")) or _text(item.get("body_xhtml")):
        return paragraphs(markup)
    if text := item.get("body_text"):
        return text_paragraphs(str(text))
    for body in _listed(item.get("bodies")):
        if isinstance(body, dict) and body.get("value"):
            kind = str(body.get("contenttype", "")) + str(body.get("content_type", ""))
            return paragraphs(str(body["value"])) if "html" in kind else text_paragraphs(str(body["value"]))
    return ()


def _byline(item: Mapping[str, Any]) -> tuple[str, ...]:
    people = [
        _text(p.get("name"))
        for p in _listed(item.get("people"))
        if isinstance(p, dict) and p.get("rel") == "author"
    ]
    one = _text(item.get("byline") or item.get("by"))
    return (one,) if one else tuple(filter(None, people))


def _tags(item: Mapping[str, Any]) -> tuple[str, ...]:
    names = [_text(word) for word in _listed(item.get("keywords")) if isinstance(word, str)]
    names += [
        _text(s.get("name"))
        for s in _listed(item.get("subject") or item.get("subjects"))
        if isinstance(s, dict)
    ]
    return tuple(dict.fromkeys(filter(None, names)))


def _address(item: Mapping[str, Any]) -> str | None:
    for key in ("url", "link", "canonicalurl", "webUrl"):
        address = safe_url(_text(item.get(key)))
        if address.startswith("http"):
            return address
    return None


def _priority(item: Mapping[str, Any]) -> int:
    """Turn urgency (1 the most urgent, 9 the least) round, so that higher is more urgent."""
    urgency = _number(item.get("urgency"))
    return 9 - urgency if urgency and 1 <= urgency <= 9 else 0


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _first_name(values: Any) -> str:
    listed = [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    return _text(listed[0].get("name")) if listed else ""


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _finding(code: str, message: str, where: str) -> Finding:
    return Finding(level=Level.WARNING, code=code, message=message, where=where)
