"""The wire-copy reader: plain text as agencies and their sites print it becomes stories.

A text is one full story, headline first, and perhaps a block of further stories under
"See more" or the like in any of the languages of `phrases`. The reader decides by form
(brackets with a credit, a dateline's dash, a line printed twice), never by a list of
names alone, and what it is not sure of it reports as a finding with the line's number.
Wire copy carries no time of publication; dates in the text are matter, not metadata.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from digest.model.digest import Source
from digest.model.finding import Finding, Level
from digest.model.story import Completeness, Image, PubStatus, Reading, Story
from digest.model.text import fold, words
from digest.sources import tongue
from digest.sources.clean import escape_text
from digest.sources.ending import is_end_line, is_sentence, is_sign_off, sign_off_of
from digest.sources.phrases import SEE_MORE
from digest.sources.wire_copy import Copy, read_copy
from digest.sources.wire_items import Item, items
from digest.sources.wire_lines import Unit, units


def read_wire(source: Source, text: str, *, path: str, now: datetime) -> Reading:
    """Return the story in `text` and, after it, the partial stories of its "See more" block.

    Args:
        path: the file, relative to the source's folder: the story's identity, and where findings point.
        now: when we first saw it.
    """
    printed = units(text)
    notes = _Notes(path)
    if not printed:
        return Reading(findings=(notes.finding(Level.WARNING, "file-empty", "the file holds no text", 0),))
    language = source.language or tongue.detect(text)
    main, block = _split(printed)
    copy = read_copy(main, language=language)
    if not block and copy.leftover:
        block = _block_after_end(copy, notes)
    partials = _partials(source, _without_sign_off(copy, block), language, notes, now)
    if not copy.headline and not copy.body:
        notes.finding(
            Level.WARNING, "no-headline", "neither a headline nor a text was found", printed[0].line
        )
        return Reading(stories=tuple(partials), findings=tuple(notes.findings))
    story = _story(source, copy, [p.id for p in partials], path=path, language=language, now=now)
    _report(copy, notes, story)
    return Reading(stories=(story, *partials), findings=tuple(notes.findings))


#: What is good to know, but no doubt.
_NOTES = frozenset(("no-dateline", "paragraph-doubled", "caption-used-as-alt"))


class _Notes:
    """Collects findings that point into one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []

    def finding(self, level: Level, code: str, message: str, line: int) -> Finding:
        where = f"{self.path}:{line}" if line else self.path
        found = Finding(level=level, code=code, message=message, where=where)
        self.findings.append(found)
        return found


def is_see_more(line: str) -> bool:
    """Whether `line` is the heading of a block of further stories."""
    return fold(line.strip(" \t:：.…>»›→-–—*#[]()（）【】|")) in SEE_MORE


def _split(printed: list[Unit]) -> tuple[list[Unit], list[Unit]]:
    for index, unit in enumerate(printed):
        if index and is_see_more(unit.text):
            return printed[:index], printed[index + 1 :]
    return printed, []


def _block_after_end(copy: Copy, notes: _Notes) -> list[Unit]:
    """Take what stands after the end of the copy as further stories, if a short line heads it."""
    first, rest = copy.leftover[0], copy.leftover[1:]
    if len(rest) >= 2 and words(first.text) <= 5 and not is_sentence(first.text):
        copy.leftover = []
        message = f"“{first.text}” was taken as the heading of further stories, since the copy ends before it"
        notes.finding(Level.WARNING, "heading-not-known", message, first.line)
        return rest
    return []


def _without_sign_off(copy: Copy, block: Sequence[Unit]) -> list[Unit]:
    """Cut signatures and end marks off the end of the block."""
    rest = list(block)
    while rest and (is_end_line(rest[-1].text) or is_sign_off(rest[-1].text)):
        if not is_end_line(rest[-1].text) and not copy.sign_off:
            copy.sign_off = sign_off_of(rest[-1].text)
        rest.pop()
    return rest


def _partials(
    source: Source, block: Sequence[Unit], language: str, notes: _Notes, now: datetime
) -> list[Story]:
    found: list[Story] = []
    for item in items(block) if block else []:
        for doubt in item.doubts:
            notes.finding(Level.WARNING, "see-more-uncertain", doubt, item.line)
        if not item.headline:
            message = "this part of the block of further stories has no headline, and was left out"
            notes.finding(Level.WARNING, "see-more-without-headline", message, item.line)
            continue
        if item.doubled:
            message = f"“{item.headline}”: the picture's alternative text only repeats the headline"
            notes.finding(Level.NOTE, "headline-used-as-alt", message, item.line)
        story = _partial(source, item, language, notes.path, now)
        if story.id in {earlier.id for earlier in found}:
            notes.finding(Level.NOTE, "see-more-doubled", f"“{item.headline}” stands there twice", item.line)
            continue
        found.append(story)
    return found


def _partial(source: Source, item: Item, language: str, path: str, now: datetime) -> Story:
    parts = item.caption
    images = (Image(caption=parts.caption, credit=parts.credit),) if parts else ()
    return Story(
        source=source.id, headline=item.headline, standfirst=item.summary, url=item.url or None, path=path,
        images=images, section=source.section, language=language, completeness=Completeness.PARTIAL,
        first_seen=now,
    )  # fmt: skip


def _story(
    source: Source, copy: Copy, see_more: Sequence[str], *, path: str, language: str, now: datetime
) -> Story:
    held = bool(copy.embargo_line) and copy.embargo is None
    return Story(
        source=source.id, headline=copy.headline, path=path, first_seen=now,
        standfirst=copy.standfirst,
        byline=tuple(_name(line) for line in copy.byline),
        dateline=copy.dateline,
        body=tuple(escape_text(paragraph) for paragraph in copy.body),
        section=source.section, language=language, published=copy.published,
        images=tuple(Image(caption=c.caption, credit=c.credit) for c in copy.captions),
        sign_off=copy.sign_off, see_more=tuple(dict.fromkeys(see_more)), embargo=copy.embargo,
        pubstatus=PubStatus.WITHHELD if held else PubStatus.USABLE,
    )  # fmt: skip


def _name(line: str) -> str:
    """Take `By`, `Tác giả:` and the like off a byline."""
    return re.sub(
        r"^(?:by|par|von|por|di|av|af|door|oleh|bởi|tác giả|phóng viên|pv|bài và ảnh|bài|thực hiện|byline"
        r"|author|reporter|text|auteur|autora?|автор|корреспондент|بقلم|كتبت?|تحرير|记者|記者|作者|文|編輯)\s*[:：/｜]?\s*",
        "", line, flags=re.IGNORECASE,
    )  # fmt: skip


def _report(copy: Copy, notes: _Notes, story: Story) -> None:
    for code, message, line in copy.doubts:
        level = Level.NOTE if code in _NOTES else Level.WARNING
        notes.finding(level, code, message, line)
    for unit in copy.leftover:
        notes.finding(
            Level.WARNING,
            "text-after-end",
            f"“{unit.text[:80]}” stands after the end and was left out",
            unit.line,
        )
    if story.pubstatus is PubStatus.WITHHELD:
        message = (
            f"withheld: “{copy.embargo_line}” names no time with its zone; write `embargo:` in a .md file"
        )
        notes.finding(Level.WARNING, "embargo-unclear", message, 0)
    if story.published is None:
        message = "wire copy names no time of publication; the time at which it was first seen counts"
        notes.finding(Level.NOTE, "no-time", message, 0)
    if not story.body:
        notes.finding(Level.WARNING, "no-body", "there is a headline, but no text under it", 0)
