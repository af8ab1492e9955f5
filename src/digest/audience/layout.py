"""How a list of subscribers is laid out: its encoding, its delimiter, and what its columns are."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from digest.audience.cells import DELIMITERS, Records, declared, guessed
from digest.audience.headings import Field, attribute_name, fields_of
from digest.audience.lines import encoding_of, lines_of
from digest.model.errors import FileWrong, Problem

#: Lines that are looked at.
_SAMPLE = 60
_MOST_COLUMNS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the first lines of a list tell about all of it."""

    encoding: str
    delimiter: str
    declared: bool  #: by a first line `sep=;`
    has_header: bool
    headings: tuple[str, ...]  #: as they stand in the file, or `column 1` ... for a list without header
    fields: tuple[Field, ...]  #: one for each column
    attributes: tuple[str, ...]  #: the attribute's name for each column of Field.ATTRIBUTE, else empty

    @property
    def kept(self) -> tuple[str, ...]:
        """Return the names of the attributes that will be kept."""
        return tuple(filter(None, self.attributes))

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the headings of the columns that will not."""
        pairs = zip(self.headings, self.fields, strict=True)
        return tuple(heading for heading, field in pairs if field is Field.LEFT_OUT)


def layout_of(file: BinaryIO, path: str) -> Layout:
    """Return how `file` is laid out, from its first lines; it is left at an arbitrary place.

    Args:
        path: what to call the file in an error.

    Raises:
        FileWrong: it is empty, or no column holds addresses.
    """
    encoding = encoding_of(file)
    lines = [line for line in islice(lines_of(file), _SAMPLE) if line[1] is None or line[1].strip()]
    delimiter = declared((lines[0][1] or "").strip("\n")) if lines else ""
    said = bool(delimiter)
    lines = lines[said:]
    texts = [text for _, text in lines if text]
    if not texts:
        raise _wrong(path, 0, "there is nothing in it")
    delimiter = delimiter or _by_header(texts[0]) or guessed(texts)
    records = [record for record in Records(lines, delimiter) if not record.wrong]
    if not records:
        raise _wrong(path, 1, "no line of it is a row: is it a list of subscribers?")
    if len(records[0].cells) > _MOST_COLUMNS:
        raise _wrong(path, records[0].line, f"it has more than {_MOST_COLUMNS} columns")
    headings, fields, has_header = _columns(path, records[0].line, [record.cells for record in records])
    attributes: list[str] = []
    for position, (heading, field) in enumerate(zip(headings, fields, strict=True), 1):
        kept = field is Field.ATTRIBUTE
        attributes.append(attribute_name(heading, position, attributes) if kept else "")
    return Layout(
        encoding=encoding,
        delimiter=delimiter,
        declared=said,
        has_header=has_header,
        headings=headings,
        fields=tuple(fields),
        attributes=tuple(attributes),
    )


def _by_header(text: str) -> str:
    """Return the delimiter under which the first line names the most columns that we know."""
    known = {
        delimiter: sum(
            field is not Field.ATTRIBUTE
            for record in Records([(1, text)], delimiter)
            for field in fields_of(record.cells)
        )
        for delimiter in DELIMITERS
    }
    best = max(known, key=lambda delimiter: known[delimiter])
    return best if known[best] > 1 else ""


def _columns(
    path: str, line: int, rows: Sequence[Sequence[str]]
) -> tuple[tuple[str, ...], list[Field], bool]:
    first = rows[0]
    headings = tuple(" ".join(cell.split()) for cell in first)
    fields = fields_of(headings)
    if Field.EMAIL in fields:
        return headings, fields, True
    if any("@" in cell for cell in first):
        return _without_header(first, next(index for index, cell in enumerate(first) if "@" in cell))
    position = _addresses_at(rows[1:])
    if position is None or position >= len(fields):
        there = ", ".join(filter(None, headings)) or "nothing"
        raise _wrong(
            path, line, f"no column holds addresses: call one of them email: there are {there[:200]}"
        )
    fields[position] = Field.EMAIL
    return headings, fields, True


def _without_header(first: Sequence[str], position: int) -> tuple[tuple[str, ...], list[Field], bool]:
    """Return columns for a list that begins with a person: the address, and beside it the name."""
    fields = [Field.ATTRIBUTE] * len(first)
    fields[position] = Field.EMAIL
    for index, cell in enumerate(first):
        if index != position and any(letter.isalpha() for letter in cell) and "@" not in cell:
            fields[index] = Field.NAME
            break
    return tuple(f"column {number}" for number in range(1, len(first) + 1)), fields, False


def _addresses_at(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the column in which most rows have an address, None when there is none."""
    counts: dict[int, int] = {}
    for row in rows:
        for index, cell in enumerate(row):
            if "@" in cell:
                counts[index] = counts.get(index, 0) + 1
    best = max(counts, key=lambda index: counts[index], default=None)
    return best if best is not None and counts[best] * 2 > len(rows) else None


def _wrong(path: str, line: int, message: str) -> FileWrong:
    return FileWrong((Problem(path=path, line=line, column=0, message=message),))
