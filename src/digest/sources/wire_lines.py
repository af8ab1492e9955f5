"""Wire copy becomes units: one headline, caption, paragraph or other line each.

A unit is a line, or a paragraph that was wrapped by hand; a line that stands twice (a
caption printed below its own alternative text, say) is one unit that was printed twice.
"""

import re
from dataclasses import dataclass, replace

from digest.model.text import headline_key, squeeze
from digest.sources.caption import is_credited, split_credit
from digest.sources.decoding import without_controls

_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_EDGE = re.compile(
    "^[\\s\u200e\u200f\u202a-\u202e\u2066-\u2069]+|[\\s\u200e\u200f\u202a-\u202e\u2066-\u2069]+$"
)
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
#: A text is hand-wrapped when its longest line is shorter than this.
_WRAP_AT = 100
_MIN_WRAPPED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One line or paragraph of plain text."""

    text: str
    line: int  #: where it begins, from 1
    times: int = 1  #: printed so often in a row
    block: int = 0  #: units of one block had no empty line between them


def units(text: str) -> list[Unit]:
    """Return the units of `text` in their order."""
    blocks = _blocks(text)
    if _is_wrapped(blocks):
        blocks = [_unwrapped(block) for block in blocks]
    found: list[Unit] = []
    for number, block in enumerate(blocks):
        for line, words in block:
            if found and _same(found[-1].text, words):
                found[-1] = replace(found[-1], times=found[-1].times + 1)
            elif found and found[-1].block == number and _credits_the_line_before(found[-1].text, words):
                found[-1] = replace(found[-1], text=f"{found[-1].text} ({words})")
            else:
                found.append(Unit(text=words, line=line, block=number))
    return found


def _credits_the_line_before(before: str, words: str) -> bool:
    """Whether a line is a credit alone, right under a line that may be its caption."""
    parts = split_credit(words)
    return bool(parts.credit) and not parts.caption and parts.sure and not is_credited(before)


def _blocks(text: str) -> list[list[tuple[int, str]]]:
    blocks: list[list[tuple[int, str]]] = [[]]
    for number, raw in enumerate(_BREAK.split(without_controls(text)), 1):
        words = squeeze(_EDGE.sub("", raw))
        if words:
            blocks[-1].append((number, words))
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _is_wrapped(blocks: list[list[tuple[int, str]]]) -> bool:
    """Whether lines were broken by hand: paragraphs of several lines, all of about one width."""
    inner = [len(words) for block in blocks for _, words in block[:-1] if not _WIDE.search(words)]
    wide = [len(words) for block in blocks for _, words in block[:-1] if _WIDE.search(words)]
    lines = inner or wide
    longest, least = (_WRAP_AT, _MIN_WRAPPED) if inner else (50, 15)
    if len(lines) < 3 or max(len(w) for b in blocks for _, w in b) > longest:
        return False
    full = sorted(lines)[len(lines) // 2]
    return full >= least and sum(1 for length in lines if length >= 0.75 * full) >= 0.7 * len(lines)


def _unwrapped(block: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Join the lines of a block, except around a line that stands there twice."""
    joined: list[tuple[int, str]] = []
    for index, (line, words) in enumerate(block):
        twice = (index and _same(block[index - 1][1], words)) or (
            index + 1 < len(block) and _same(block[index + 1][1], words)
        )
        after_twice = index >= 2 and _same(block[index - 1][1], block[index - 2][1])
        if joined and not twice and not after_twice:
            start, text = joined[-1]
            glue = "" if _WIDE.search(text[-1]) and _WIDE.search(words[0]) else " "
            joined[-1] = (start, text + glue + words)
        else:
            joined.append((line, words))
    return joined


def _same(one: str, other: str) -> bool:
    return one == other or (headline_key(one) == headline_key(other) != "")
