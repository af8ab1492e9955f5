"""The main story of wire copy: units become headline, standfirst, captions, dateline and paragraphs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from digest.model.story import Dateline
from digest.model.text import fold, squeeze, words
from digest.sources.caption import Caption, is_credited, split_credit
from digest.sources.dateline import take_dateline
from digest.sources.dates import read_date
from digest.sources.ending import (
    is_end_line,
    is_sentence,
    is_sign_off,
    may_be_sign_off,
    sign_off_of,
    take_ending,
)
from digest.sources.phrases import BYLINE, EMBARGO
from digest.sources.wire_lines import Unit

_LONG_CAPTION_WORDS = 60


@dataclass(slots=True, kw_only=True)
class Copy:
    """The main story, as it was printed, and what was not sure about it."""

    headline: str = ""
    headline_doubled: bool = False
    standfirst: str = ""
    byline: list[str] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    dateline: Dateline | None = None
    body: list[str] = field(default_factory=list)
    sign_off: str = ""
    published: datetime | None = None
    embargo_line: str = ""
    embargo: datetime | None = None
    leftover: list[Unit] = field(default_factory=list)  #: stands after the end of the copy
    doubts: list[tuple[str, str, int]] = field(default_factory=list)  #: code, message, line

    def doubt(self, code: str, message: str, line: int) -> None:
        """Note that something was not sure."""
        self.doubts.append((code, message, line))


def read_copy(printed: Sequence[Unit], *, language: str = "") -> Copy:
    """Return the main story in `printed`, which holds no "See more" block."""
    copy = Copy()
    rest = _take_end(copy, list(printed))
    rest = _take_headline(copy, rest, language)
    at = next((i for i, unit in enumerate(rest) if take_dateline(unit.text).dateline is not None), None)
    if at is not None and at > _head_length(rest):
        at = None  # too far down: a second dateline inside the text is no head
    head, body = (rest[:at], rest[at:]) if at is not None else _split_without_dateline(copy, rest)
    _read_head(copy, head, language, before_dateline=at is not None)
    _read_body(copy, body)
    return copy


def _head_length(rest: Sequence[Unit]) -> int:
    """Return how many units may stand before the dateline: captions and short lines don't count."""
    long = 0
    for index, unit in enumerate(rest):
        if not is_credited(unit.text) and unit.times == 1 and is_sentence(unit.text):
            long += 1
        if long > 3:
            return index
    return len(rest)


def _take_end(copy: Copy, rest: list[Unit]) -> list[Unit]:
    """Cut off the end of the copy: what follows an end mark, and lines that only sign or end it."""
    for index, unit in enumerate(rest):
        if index and take_ending(unit.text).marked and not is_sign_off(unit.text):
            rest, copy.leftover = rest[: index + 1], rest[index + 1 :]
            break
        if index > 1 and is_end_line(unit.text):
            rest, copy.leftover = rest[:index], rest[index + 1 :]
            break
    signs = [unit for unit in copy.leftover if not is_end_line(unit.text)]
    if signs and may_be_sign_off(signs[0].text):
        copy.sign_off, signs = sign_off_of(signs[0].text), signs[1:]
    copy.leftover = signs
    while len(rest) > 2 and not copy.sign_off and is_sign_off(rest[-1].text):
        copy.sign_off = sign_off_of(rest[-1].text)
        rest = rest[:-1]
    if len(rest) > 3 and not copy.sign_off and may_be_sign_off(rest[-1].text) and is_sentence(rest[-2].text):
        last = rest[-1]
        copy.sign_off, rest = sign_off_of(last.text), rest[:-1]
        copy.doubt("sign-off-uncertain", f"the last line “{last.text}” was taken as the sign-off", last.line)
    return rest


def _take_headline(copy: Copy, rest: list[Unit], language: str) -> list[Unit]:
    """Take the first line that is neither caption nor embargo, time or byline."""
    for index, unit in enumerate(rest):
        if is_credited(unit.text) or _is_embargo(unit) or _whole_date(unit.text, language) is not None:
            continue
        copy.headline, copy.headline_doubled = unit.text, unit.times > 1
        if words(unit.text, language) > 30 or (is_sentence(unit.text) and words(unit.text, language) > 20):
            copy.doubt(
                "headline-uncertain", f"the first line is long for a headline: “{unit.text[:60]}…”", unit.line
            )
        after = rest[index + 1 :]
        repeated = [u for u in after[:6] if u.text == unit.text]
        copy.headline_doubled = copy.headline_doubled or bool(repeated)
        return rest[:index] + [u for u in after if u not in repeated]
    return rest


def _split_without_dateline(copy: Copy, rest: list[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Split head and body at the last caption, byline or time among the first units."""
    last = -1
    for index, unit in enumerate(rest[:6]):
        if _is_mark(unit) or unit.times > 1:
            last = index
    return rest[: last + 1], rest[last + 1 :]


def _is_mark(unit: Unit) -> bool:
    return is_credited(unit.text) or _is_byline(unit.text) or _is_embargo(unit)


def _read_head(copy: Copy, head: list[Unit], language: str, *, before_dateline: bool) -> None:
    others: list[Unit] = []
    for unit in head:
        moment = _whole_date(unit.text, language)
        if _is_embargo(unit):
            copy.embargo_line = unit.text
            copy.embargo = _embargo_time(unit.text, language)
        elif moment is not None:
            _take_time(copy, moment, unit)
        elif unit.times > 1 or is_credited(unit.text):
            _take_caption(copy, unit)
        elif _is_byline(unit.text):
            copy.byline.append(unit.text)
        else:
            others.append(unit)
    _take_standfirst(copy, others, before_dateline=before_dateline)


def _take_standfirst(copy: Copy, others: list[Unit], *, before_dateline: bool) -> None:
    """Of what is left between headline and text, sentences are the standfirst; a short line is doubtful."""
    for unit in others:
        sentence = is_sentence(unit.text) or words(unit.text) > 14
        if sentence and not copy.standfirst:
            copy.standfirst = unit.text
        elif sentence:
            copy.body.append(unit.text)
            copy.doubt(
                "standfirst-uncertain",
                "several paragraphs stand before the dateline: the first was taken as standfirst",
                unit.line,
            )
        elif before_dateline and len(others) == 1:
            copy.standfirst = unit.text
            copy.doubt(
                "standfirst-uncertain",
                f"“{unit.text}” was taken as standfirst, though it is no sentence",
                unit.line,
            )
        else:
            copy.doubt(
                "line-not-understood",
                f"“{unit.text}” stands between headline and text and was left out",
                unit.line,
            )


def _read_body(copy: Copy, body: list[Unit]) -> None:
    first = True
    for index, unit in enumerate(body):
        if is_credited(unit.text) and words(unit.text) <= _LONG_CAPTION_WORDS and unit.text[-1] != "”":
            _take_caption(copy, unit)
            continue
        if first and index <= 1 and _is_byline(unit.text):
            copy.byline.append(unit.text)
            continue
        text = unit.text
        if first:
            opening = take_dateline(text)
            copy.dateline, text = opening.dateline, opening.text
            if opening.doubt:
                copy.doubt("dateline-uncertain", f"{opening.doubt}; it was left in the text", unit.line)
            first = False
        if index == len(body) - 1:
            ending = take_ending(text, agency=copy.dateline.agency if copy.dateline else "")
            text = ending.text
            copy.sign_off = copy.sign_off or ending.sign_off
        if unit.times > 1:
            copy.doubt(
                "paragraph-doubled", f"a paragraph stands there {unit.times} times: “{text[:60]}”", unit.line
            )
        copy.body.append(text)
    if (
        copy.dateline is None
        and copy.body
        and not any(code == "dateline-uncertain" for code, _, _ in copy.doubts)
    ):
        copy.doubt(
            "no-dateline", "the first paragraph names neither place nor agency", body[0].line if body else 0
        )


def _take_caption(copy: Copy, unit: Unit) -> None:
    parts = split_credit(unit.text)
    if parts in copy.captions:
        return
    copy.captions.append(parts)
    if unit.times > 1 and parts.credit:
        message = f"“{parts.caption}” stands there twice: the picture's alternative text was its caption"
        copy.doubt("caption-used-as-alt", message, unit.line)
    if not parts.credit:
        copy.doubt(
            "caption-uncertain",
            f"“{unit.text}” was taken as a caption, because it stands there twice",
            unit.line,
        )
    elif not parts.sure:
        copy.doubt("credit-uncertain", f"“{parts.credit}” was taken as the picture's credit", unit.line)


def _take_time(copy: Copy, moment: tuple[datetime, bool], unit: Unit) -> None:
    when, zoned = moment
    if zoned:
        copy.published = when
    else:
        copy.doubt(
            "time-without-zone", f"“{unit.text}” names no time zone, so the time is left open", unit.line
        )


def _whole_date(text: str, language: str) -> tuple[datetime, bool] | None:
    if len(text) > 60 or not re.search(r"\d{4}|\d[/.]\d", text) or is_credited(text):
        return None
    found = read_date(text, language=language)
    return (found.when, found.zoned) if found is not None else None


def _is_byline(text: str) -> bool:
    folded = fold(text)
    return words(text) <= 12 and not is_sentence(text) and any(folded.startswith(word) for word in BYLINE)


def _is_embargo(unit: Unit) -> bool:
    return words(unit.text) <= 30 and any(fold(squeeze(unit.text)).startswith(word) for word in EMBARGO)


def _embargo_time(text: str, language: str) -> datetime | None:
    for start in re.finditer(r"(?=\d{1,4})", text):
        found = read_date(text[start.start() :].rstrip(". "), language=language)
        if found is not None and found.zoned:
            return found.when
    return None
