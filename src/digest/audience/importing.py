"""Read a list of subscribers, row by row: everything that is right in it, and every line that is not.

Nothing is decided here: `plan` compares a row with what the roster knows. Memory does not grow
with the list.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from digest.audience.cells import Record, Records
from digest.audience.headings import Field
from digest.audience.layout import Layout
from digest.audience.lines import Line, lines_of
from digest.audience.row import Row, RowWrong, row_of
from digest.model.errors import Problem

_EXCERPT = 100


def rows_of(file: BinaryIO, layout: Layout, *, path: str, now: datetime) -> Iterator[Row | Problem]:
    """Yield every row of `file`, and a problem for every line that is none or that needs a look.

    A problem of level `error` stands for a row that is not there; of level `warning`, for
    something that was left out of the row that follows it.

    Args:
        file: seekable; stays open.
        path: what to call the file in a problem.
        now: no consent can be later.
    """
    known = [(i, field) for i, field in enumerate(layout.fields) if field in _SAID]
    extra = [(i, name) for i, name in enumerate(layout.attributes) if name]
    for record in _records(file, layout):
        if record.wrong:
            yield _problem(path, record, record.wrong)
            continue
        cells = record.cells
        if len(cells) < len(layout.fields):
            cells += [""] * (len(layout.fields) - len(cells))
        said = {field: cells[i] for i, field in known if cells[i]}
        try:
            row, warnings = row_of(record.line, said, {name: cells[i] for i, name in extra}, now=now)
        except RowWrong as error:
            yield _problem(path, record, str(error))
            continue
        if not record.text.isascii() and "\ufffd" in record.text:
            warnings.append("some characters could not be read: save the file as UTF-8")
        for warning in warnings:
            yield _problem(path, record, warning, level="warning")
        yield row


_SAID = frozenset(Field) - {Field.ATTRIBUTE, Field.LEFT_OUT}


def _records(file: BinaryIO, layout: Layout) -> Records:
    lines: Iterator[Line] = lines_of(file)
    if layout.declared:
        next((line for line in lines if (line[1] or "").strip()), None)
    records = Records(lines, layout.delimiter)
    if layout.has_header:
        next((record for record in records if not record.wrong), None)
    records.width, records.address_at = len(layout.fields), layout.fields.index(Field.EMAIL)
    return records


def _problem(path: str, record: Record, message: str, *, level: str = "error") -> Problem:
    excerpt = "".join(c if c.isprintable() else " " for c in record.text[:_EXCERPT]).rstrip()
    return Problem(path=path, line=record.line, column=0, message=message, excerpt=excerpt, level=level)
