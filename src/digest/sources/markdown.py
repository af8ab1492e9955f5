"""A Markdown story: front matter, then the text; the first `# ` heading may be the headline."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from markdown_it import MarkdownIt

from digest.model.digest import Source
from digest.model.finding import Level
from digest.model.story import Completeness, Dateline, Image, PubStatus, Reading, Story
from digest.model.text import plain, squeeze
from digest.sources import tongue
from digest.sources.agency_copy import take_agency_copy
from digest.sources.caption import split_credit
from digest.sources.clean import paragraphs, safe_url
from digest.sources.dateline import read_dateline
from digest.sources.front_matter import (
    IMAGE_KEYS,
    SEE_MORE_KEYS,
    FrontMatter,
    read_front_matter,
    unknown_keys,
)

#: Turns the name of a picture's file, as the story writes it, into a path under the newsroom's folder;
#: raises LookupError with the reason when there is no such file.
Finder = Callable[[str], str]

_H1 = re.compile(r"\A\s*#\s+(?P<text>.+?)\s*#*\s*(?:\n|\Z)")
_IMG = re.compile(r"<img [^>]*>")
_ATTRIBUTE = re.compile(r'(src|alt|title)="([^"]*)"')


def read_markdown(source: Source, text: str, *, path: str, now: datetime, find: Finder) -> Reading:
    """Return the story in a Markdown file, and its `see_more` as partial stories.

    Args:
        path: the file, relative to the source's folder.
        find: where pictures are.
    """
    head = read_front_matter(text.replace("\r\n", "\n"), path=path)
    headline, body = _headline(head)
    rendered = _markdown().render(body)
    images = [*_images(head, find), *_images_in(head, rendered, find)]
    taken = take_agency_copy(paragraphs(_IMG.sub("", rendered)))
    printed = taken.body
    language = tongue.normalise(head.text("language")) or source.language
    language = language or tongue.detect(" ".join([headline, *map(plain, printed)]))
    if not (headline or printed or head.text("url")):
        head.note("file-empty", "there is neither headline nor text")
        return Reading(findings=tuple(head.findings))
    if not headline:
        head.note("no-headline", "write `headline:` in the head, or begin the text with `# Headline`")
    more = _see_more(source, head, language, now, find)
    story = Story(
        source=source.id, headline=headline, path=path, first_seen=now, url=_url(head, "url",
        head.text("url")),
        standfirst=head.text("standfirst"), byline=head.texts("byline"),
        dateline=_dateline(head) or taken.dateline,
        body=printed, section=head.text("section") or source.section, tags=head.texts("tags"),
        language=language,
        published=head.moment("published"), updated=head.moment("updated"), images=tuple(images),
        sign_off=head.text("sign_off") or taken.sign_off,
        see_more=tuple(dict.fromkeys(item.id for item in more)),
        priority=head.whole("priority"), pinned=head.flag("pinned"), **_release(head),
        completeness=Completeness.FULL if printed else Completeness.PARTIAL,
    )  # fmt: skip
    return Reading(stories=(story, *more), findings=tuple(head.findings))


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")


def _headline(head: FrontMatter) -> tuple[str, str]:
    """Return the headline and the body without it."""
    found = _H1.match(head.body)
    told = head.text("headline")
    if found is None:
        return told, head.body
    shown = plain(" ".join(paragraphs(_markdown().renderInline(found["text"]))))
    if told and told != shown:
        return told, head.body
    return shown, head.body[found.end() :]


def _release(head: FrontMatter) -> dict[str, Any]:
    """Return status and embargo; an embargo that can't be read holds the story back."""
    status = head.text("status").lower() or PubStatus.USABLE
    known = [str(value) for value in PubStatus]
    if status not in known:
        head.note(
            "value-wrong",
            f"status: “{status}” is none of {', '.join(known)}; the story is withheld",
            "status",
        )
        status = PubStatus.WITHHELD
    embargo = head.moment("embargo")
    if embargo is None and head.values.get("embargo") is not None:
        status = PubStatus.WITHHELD
    return {"embargo": embargo, "pubstatus": PubStatus(status)}


def _dateline(head: FrontMatter) -> Dateline | None:
    value = head.values.get("dateline")
    if isinstance(value, dict):
        unknown_keys(head, "dateline", value, ("place", "agency", "date"))
        printed = value.get("date")
        return Dateline(
            place=squeeze(str(value.get("place") or "")), agency=squeeze(str(value.get("agency") or "")),
            date=getattr(printed, "date", lambda: printed)() if hasattr(printed, "year") else None,
        )  # fmt: skip
    return read_dateline(head.text("dateline"))


def _url(head: FrontMatter, key: str, address: str) -> str | None:
    if not address:
        return None
    safe = safe_url(address)
    if not safe.startswith(("http://", "https://")):
        head.note("url-wrong", f"{key}: “{address}” is no http or https address", key)
        return None
    return safe


def _images(head: FrontMatter, find: Finder) -> list[Image]:
    listed = head.values.get("images") or []
    one = head.values.get("image")
    every = [("image", one)] if one else []
    every += [("images", value) for value in (listed if isinstance(listed, list) else [listed])]
    return [image for key, value in every if (image := _image(head, key, value, find)) is not None]


def _image(head: FrontMatter, key: str, value: Any, find: Finder) -> Image | None:
    if isinstance(value, str):
        value = {"url" if value.startswith(("http://", "https://")) else "file": value}
    if not isinstance(value, dict):
        head.note("value-wrong", f"{key}: write a file's name, or file, alt, caption and credit", key)
        return None
    unknown_keys(head, key, value, IMAGE_KEYS)
    told = {name: squeeze(str(value.get(name) or "")) for name in IMAGE_KEYS}
    url = _url(head, key, told["url"]) if told["url"] else _found(head, key, told["file"], find)
    if not told["alt"] and (told["url"] or told["file"]):
        head.note(
            "alt-missing",
            f"{key}: say in `alt` what a reader who can't see the picture is told",
            key,
            Level.NOTE,
        )
    if not (url or told["caption"] or told["credit"]):
        return None
    return Image(url=url, alt=told["alt"], caption=told["caption"], credit=told["credit"])


def _found(head: FrontMatter, key: str, name: str, find: Finder) -> str | None:
    if not name:
        return None
    try:
        return find(name)
    except LookupError as error:
        head.note("image-missing", f"{key}: {error.args[0]}", key)
        return None


def _images_in(head: FrontMatter, rendered: str, find: Finder) -> list[Image]:
    """Return the pictures that stand in the text: `![alt](file "Caption (Photo: Name)")`."""
    images = []
    for tag in _IMG.findall(rendered):
        told = {name: squeeze(plain(value)) for name, value in _ATTRIBUTE.findall(tag)}
        src = told.get("src", "")
        url = safe_url(src) if src.startswith(("http://", "https://")) else _found(head, "", src, find)
        parts = split_credit(told.get("title", ""))
        if url or parts.caption:
            images.append(
                Image(url=url or None, alt=told.get("alt", ""), caption=parts.caption, credit=parts.credit)
            )
    return images


def _see_more(source: Source, head: FrontMatter, language: str, now: datetime, find: Finder) -> list[Story]:
    value = head.values.get("see_more") or []
    stories: list[Story] = []
    for item in value if isinstance(value, list) else [value]:
        told = {"headline": item} if isinstance(item, str) else item
        if not isinstance(told, dict) or not (told.get("headline") or told.get("url")):
            head.note("value-wrong", "see_more: each item needs a headline", "see_more")
            continue
        unknown_keys(head, "see_more", told, SEE_MORE_KEYS)
        image = _image(head, "see_more", told["image"], find) if told.get("image") else None
        stories.append(
            Story(
                source=source.id, headline=squeeze(str(told.get("headline") or "")), path=head.path,
                first_seen=now,
                standfirst=squeeze(str(told.get("standfirst") or "")), language=language,
                section=source.section,
                url=_url(head, "see_more", str(told.get("url") or "")), images=(image,) if image else (),
                completeness=Completeness.PARTIAL,
            )
        )  # fmt: skip
    return stories
