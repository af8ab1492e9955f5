"""Lines of a list into records of cells: CSV by RFC 4180, and what people do to it.

Python's `csv` parses the records that need it, one at a time, so that a quote that is opened
and never closed costs its own line and not the rest of the file.
"""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from digest.audience.lines import MAX_LINE, Line

#: What may stand between two cells, the likeliest first.
DELIMITERS = ",;\t|"
#: A cell may hold line ends; a record longer than this is taken for a quote that was left open.
MAX_LINES_OF_RECORD = 50
_MAX_CHARACTERS = (
    50_000  # with one more line still below csv.field_size_limit, which is one for the whole process
)

_SEP = re.compile(r'"?sep=(.)"?;*\s*', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"?')


class Record(NamedTuple):
    """One record, or why it is none."""

    line: int  #: its first line
    text: str  #: as it stands in the file
    cells: list[str]
    wrong: str = ""


def declared(text: str) -> str:
    """Return the delimiter that a first line `sep=;` declares (Excel's way), else an empty string."""
    match = _SEP.fullmatch(text)
    return match[1] if match and match[1] in DELIMITERS else ""


def guessed(lines: Sequence[str]) -> str:
    """Return the delimiter that most lines agree on, counting outside quotes; a comma when there is none."""
    bare = [_QUOTED.sub("", line) for line in lines if line.strip()]
    best, found = (0.0, 0), ","
    for delimiter in DELIMITERS:
        counts = Counter(line.count(delimiter) for line in bare)
        number, agreeing = max(counts.items(), key=lambda item: (item[0] > 0, item[1]), default=(0, 0))
        score = (agreeing / len(bare), number) if number else (0.0, 0)
        if score > best:
            best, found = score, delimiter
    return found


class Records(Iterator[Record]):
    """The records in `lines`, blank ones left out.

    `width` is the number of cells that a record should have, `address_at` the place of the address
    among them: set them once the header is known.
    """

    def __init__(self, lines: Iterable[Line], delimiter: str) -> None:
        self.width = self.address_at = 0
        self.delimiter = delimiter
        self._blank = delimiter + ' "\t\n\r'
        self._lines = iter(lines)
        self._again: deque[Line] = deque()

    def __next__(self) -> Record:
        while True:
            number, text = self._take()
            if text is None:
                return Record(number, "", [], f"longer than {MAX_LINE:,} characters")
            if not text.strip(self._blank):
                continue
            if '"' in text:
                return self._quoted(number, text)
            return self._checked(number, text, text.rstrip("\n").split(self.delimiter))

    def _take(self) -> Line:
        return self._again.popleft() if self._again else next(self._lines)

    def _quoted(self, number: int, text: str) -> Record:
        """Return the record that begins with `text`, with the lines that its quotes hold together."""
        taken: list[Line] = []
        starved = False

        def feed() -> Iterator[str]:
            nonlocal starved
            yield text
            size = len(text)
            while len(taken) < MAX_LINES_OF_RECORD and size < _MAX_CHARACTERS:
                try:
                    line = self._take()
                except StopIteration:
                    break
                taken.append(line)
                if line[1] is None:
                    break
                size += len(line[1])
                yield line[1]
            starved = True

        cells = next(csv.reader(feed(), delimiter=self.delimiter), [])
        if starved or (taken and self._swallowed(cells, taken)):
            self._again.extendleft(reversed(taken))
            return Record(number, text, [], "a quote is opened and never closed")
        return self._checked(number, text, cells)

    def _swallowed(self, cells: Sequence[str], taken: Sequence[Line]) -> bool:
        """Whether lines inside one record are rows of their own: an open quote met the next open quote."""
        if not self.width:
            return False
        if len(cells) != self.width:
            return True
        for _, line in taken:
            inside = (line or "").split(self.delimiter)
            if len(inside) == self.width and "@" in inside[self.address_at]:
                return True
        return False

    def _checked(self, number: int, text: str, cells: list[str]) -> Record:
        if "\0" in text:
            return Record(number, text, [], "there is a NUL character in it: the file is damaged here")
        if self.width and len(cells) > self.width:
            if any(cell.strip() for cell in cells[self.width :]):
                there = f"{len(cells)} cells where the header has {self.width}"
                mend = f"put quotes around the cell that holds {self.delimiter!r}"
                return Record(number, text, [], f"{there}: {mend}")
            cells = cells[: self.width]
        return Record(number, text, cells)
