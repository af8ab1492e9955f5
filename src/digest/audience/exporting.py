"""Write subscribers as CSV that spreadsheets open safely and our own import reads back.

A cell that a spreadsheet would take for a formula gets an apostrophe in front (CWE-1236), which
the import takes away again.
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

from digest.model.subscriber import Consent, Standing, Subscriber

COLUMNS = (
    "email", "name", "language", "timezone", "topics", "digests", "unconfirmed", "unsubscribed_from",
    "status", "consent_at", "consent_source", "consent_wording", "joined", "attributes",
)  # fmt: skip
_LINE_ENDS = re.compile(r"[\r\n]+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """One line of an export: a person."""

    subscriber: Subscriber
    standings: Mapping[str, Standing]  #: by digest
    consent: Consent | None = None  #: the newest
    status: str = ""  #: `unsubscribed` from everything, or why the address is suppressed


def write(people: Iterable[Exported], target: TextIO) -> int:
    """Write `people` to `target`, which must not translate line ends; return how many they are."""
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for one in people:
        writer.writerow([protected(cell) for cell in _cells(one)])
        count += 1
    return count


def protected(cell: str) -> str:
    """Return `cell` so that no spreadsheet computes it, on one line: a second might pass for a row."""
    cell = cell.replace("\0", "")
    return _LINE_ENDS.sub(" ", f"'{cell}" if cell.startswith(_FORMULA) else cell)


def _cells(one: Exported) -> tuple[str, ...]:
    person, consent = one.subscriber, one.consent
    by_standing: dict[Standing, list[str]] = {standing: [] for standing in Standing}
    for digest, standing in sorted(one.standings.items()):
        by_standing[standing].append(digest)
    return (
        person.email,
        person.name,
        person.language,
        person.timezone,
        ";".join(person.topics),
        ";".join(sorted(by_standing[Standing.CONFIRMED] + by_standing[Standing.PAUSED])),
        ";".join(by_standing[Standing.UNCONFIRMED]),
        ";".join(by_standing[Standing.UNSUBSCRIBED]),
        one.status,
        _moment(consent.at) if consent else "",
        consent.source if consent else "",
        consent.wording if consent else "",
        _moment(person.joined) if person.joined else "",
        json.dumps(dict(person.attributes), ensure_ascii=False) if person.attributes else "",
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
