"""The "See more" block of wire copy: units become items with headline, summary, caption and credit.

Items follow each other without marks, and a caption may stand before or after its
headline, so a unit's part depends on its neighbours. The cheapest reading of the whole
block wins (a Viterbi search over the parts of an item); a part that a unit took although
its form speaks against it becomes a finding.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from digest.model.text import words
from digest.sources.caption import Caption, is_credited, split_credit
from digest.sources.ending import is_sentence
from digest.sources.wire_lines import Unit

_URL = re.compile(r"^https?://\S+$")
_BULLET = re.compile(r"^(?:[-–—•●▪■►▶»›*·+>→]|\d{1,2}[.)])\s+")
_UNSPACED = re.compile(r"[\u3040-\u9fff\u0e00-\u0eff\u1780-\u17ff]")
#: A part that costs a unit this much is reported as uncertain.
_DOUBT = 2.0
#: A longer block is read up to here.
MAX_UNITS = 300


class Part(Enum):
    """What a unit is within an item."""

    CAPTION = "caption"  #: opens an item, before its headline
    HEADLINE = "headline"
    CAPTION_AFTER = "caption after"
    SUMMARY = "summary"
    MORE = "more"  #: further paragraphs of the summary
    ADDRESS = "address"


#: What following `key` with `value` costs; what is missing here cannot be.
_STEPS: dict[Part | None, dict[Part, float]] = {
    None: {Part.CAPTION: 0, Part.HEADLINE: 0},
    Part.CAPTION: {Part.HEADLINE: 0},
    Part.HEADLINE: {Part.SUMMARY: 0, Part.CAPTION_AFTER: 0.3, Part.HEADLINE: 0.9, Part.CAPTION: 1.0,
    Part.ADDRESS: 0},
    Part.CAPTION_AFTER: {Part.SUMMARY: 0, Part.HEADLINE: 1.0, Part.CAPTION: 1.2, Part.ADDRESS: 0},
    Part.SUMMARY: {Part.HEADLINE: 0, Part.CAPTION: 0, Part.MORE: 1.5, Part.ADDRESS: 0},
    Part.MORE: {Part.HEADLINE: 0, Part.CAPTION: 0, Part.MORE: 0.8, Part.ADDRESS: 0},
    Part.ADDRESS: {Part.HEADLINE: 0, Part.CAPTION: 0, Part.SUMMARY: 0},
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Item:
    """One item of the block, as it was printed."""

    line: int
    headline: str = ""
    summary: str = ""
    caption: Caption | None = None
    url: str = ""
    doubled: bool = False  #: the headline stands there twice: once as the picture's alternative text
    doubts: list[str] = field(default_factory=list)


def items(block: Sequence[Unit]) -> list[Item]:
    """Return the items of `block` in their order."""
    printed = [_Printed(unit) for unit in block[:MAX_UNITS]]
    found: list[Item] = []
    for line, (part, cost) in zip(printed, _parts(printed), strict=True):
        starts = part is Part.CAPTION or (part is Part.HEADLINE and not (found and not found[-1].headline))
        if starts or not found:
            found.append(Item(line=line.unit.line))
        _put(found[-1], part, line)
        if cost >= _DOUBT:
            taken = part.value.removesuffix(" after")
            found[-1].doubts.append(f"line {line.unit.line} was taken as {taken}: “{line.text[:60]}”")
    _doubt_bare(found)
    return found


class _Printed:
    """A unit without its bullet, and whether it had one: a bullet means an item of its own."""

    def __init__(self, unit: Unit) -> None:
        self.unit, self.text = unit, _BULLET.sub("", unit.text)
        self.bulleted = self.text != unit.text


def _doubt_bare(found: Sequence[Item]) -> None:
    """Doubt a headline alone among items that have more: it may be a caption of the next one."""
    if not any(item.summary for item in found):
        return
    for item in found[:-1]:
        if item.headline and not item.summary:
            item.doubts.append(f"“{item.headline[:60]}” has no summary, though others have one")


def _put(item: Item, part: Part, line: _Printed) -> None:
    text, unit = line.text, line.unit
    match part:
        case Part.CAPTION | Part.CAPTION_AFTER:
            item.caption = split_credit(text)
            if item.caption.credit and not item.caption.sure:
                item.doubts.append(
                    f"“{item.caption.credit}” on line {unit.line} was taken as the picture's credit"
                )
        case Part.HEADLINE:
            item.headline, item.doubled = text, unit.times > 1
        case Part.SUMMARY | Part.MORE:
            item.summary = f"{item.summary} {text}".strip()
        case Part.ADDRESS:
            item.url = text


def _parts(block: Sequence[_Printed]) -> list[tuple[Part, float]]:
    """Return the cheapest series of parts, each with what its form alone cost."""
    best: dict[Part | None, tuple[float, list[tuple[Part, float]]]] = {None: (0.0, [])}
    for line in block:
        costs = _costs(line)
        following: dict[Part | None, tuple[float, list[tuple[Part, float]]]] = {}
        for before, (spent, path) in best.items():
            for part, step in _STEPS[before].items():
                total = spent + step + costs[part]
                if part not in following or total < following[part][0]:
                    following[part] = (total, [*path, (part, costs[part])])
        best = following
    open_end = {Part.CAPTION: 3.0, Part.HEADLINE: 0.5}
    return min(
        ((spent + open_end.get(last, 0.0) if last else spent, path) for last, (spent, path) in best.items()),
        key=lambda pair: pair[0],
    )[1]


def _costs(line: _Printed) -> dict[Part, float]:
    """Return how much the form of a unit speaks against each part."""
    text = line.text
    if _URL.match(text):
        return dict.fromkeys(Part, 9.0) | {Part.ADDRESS: 0.0}
    length = words(text, "zh" if _UNSPACED.search(text) else "")
    sentence = is_sentence(text)
    if is_credited(text):
        return dict.fromkeys(Part, 9.0) | {Part.CAPTION: 0.0, Part.CAPTION_AFTER: 0.0, Part.ADDRESS: 99.0}
    question = sentence and text.rstrip("\"'”’»)）」』")[-1:] in "?!？！؟…"
    headline = max(0.0, length - 16) * 0.25 + (2.0 if sentence and not question else 0.0)
    summary = (0.0 if sentence else 1.5) + max(0.0, 10 - length) * 0.2
    if line.unit.times > 1 or (line.bulleted and not sentence):
        headline, summary = 0.0, 5.0
    caption = 2.2 + max(0.0, length - 30) * 0.2 + (0.0 if not split_credit(text).credit else -1.2)
    return {
        Part.HEADLINE: headline, Part.SUMMARY: summary, Part.MORE: summary,
        Part.CAPTION: caption, Part.CAPTION_AFTER: caption, Part.ADDRESS: 99.0,
    }  # fmt: skip
