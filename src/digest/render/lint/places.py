"""Where each element stands in the source of the mail: line, column, and its tag as it is written.

The parser knows lines only, and compiled mail has a single line of twenty thousand characters.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

_START = re.compile(r"<(?:(!--)|([a-z][\w:-]*))", re.IGNORECASE)
_STOP = re.compile(r"[>\"']")
#: Elements whose content is no markup.
_RAW = {tag: re.compile(rf"</{tag}\b", re.IGNORECASE) for tag in ("style", "script", "title", "textarea")}
#: Elements that a parser adds where nobody wrote them.
_IMPLIED = frozenset(("html", "head", "body", "p", "tbody"))
SHOWN = 160  #: characters of a tag that a finding shows


@dataclass(frozen=True, slots=True)
class Place:
    """A start tag in the source."""

    line: int = 0  #: from 1; 0 where nobody wrote it
    column: int = 0  #: from 1
    written: str = ""  #: the tag, cut short


NOWHERE = Place()


def _tags(html: str) -> Iterator[tuple[str, int]]:
    """Yield the name and the place of each start tag, in one walk: what is left open ends it."""
    at = 0
    while (found := _START.search(html, at)) is not None:
        if found[1]:
            at = html.find("-->", found.end()) + 3
        else:
            tag = found[2].lower()
            yield tag, found.start()
            at = _end(html, found.end())
            if at and tag in _RAW:
                closed = _RAW[tag].search(html, at)
                at = closed.start() if closed else 0
        if at < found.end():
            return


def _end(html: str, at: int) -> int:
    """Return where a tag ends whose name ends at `at`; 0 when it never does."""
    while (stop := _STOP.search(html, at)) is not None:
        if stop[0] == ">":
            return stop.end()
        at = html.find(stop[0], stop.end()) + 1
        if at == 0:
            return 0
    return 0


class Places:
    """Gives the places of start tags, asked for in the order in which elements begin.

    Args:
        shown: what a tag is turned into to be looked at: slots as words.
    """

    def __init__(self, html: str, shown: Callable[[str], str] = str) -> None:
        self._html, self._shown = html, shown
        self._tags = list(_tags(html))
        self._at = 0

    def next(self, tag: str) -> Place:
        """Return where the next element called `tag` begins."""
        reach = 1 if tag in _IMPLIED else 12  #: tags that a parser may have thrown away before it
        for at in range(self._at, min(self._at + reach, len(self._tags))):
            if self._tags[at][0] == tag:
                self._at = at + 1
                return self._place(self._tags[at][1])
        return NOWHERE

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self._html))]

    def _place(self, start: int) -> Place:
        line = bisect_right(self._lines, start)
        end = self._html.find(">", start) + 1 or len(self._html)
        written = self._html[start : min(end, start + SHOWN)]
        return Place(line, start - self._lines[line - 1] + 1, written + ("…" if end > start + SHOWN else ""))
