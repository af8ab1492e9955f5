"""Stories as weighted rows of terms, and how alike two of them are.

One row per distinct *text*: copies of a text share a row, so that a reprint changes
neither the document frequencies nor anything that follows from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.selection.text import Terms, Words

FIELD_WEIGHTS = (3.0, 1.0, 1.0)  #: headline, standfirst, body
COMMON = 0.2  #: a term in more than this share of the rows says nothing (from 50 rows on)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """Rows of unit length; `terms[starts[r]:starts[r + 1]]` are row r's columns, ascending."""

    starts: Ints
    terms: Ints  #: column numbers, from 0
    weights: Floats
    columns: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, row: int) -> tuple[Ints, Floats]:
        """Return the columns and weights of one row."""
        span = slice(int(self.starts[row]), int(self.starts[row + 1]))
        return self.terms[span], self.weights[span]

    def cosines(self, row: int) -> Floats:
        """Return how alike `row` is to every row, 0 to 1."""
        columns, weights = self.row(row)
        dense = np.zeros(self.columns)
        dense[columns] = weights
        products = self.weights * dense[self.terms]
        sums: Floats = np.concatenate(([0.0], np.cumsum(products)))
        found: Floats = np.clip(sums[self.starts[1:]] - sums[self.starts[:-1]], 0.0, 1.0)
        return found

    def cosine(self, one: int, other: int) -> float:
        """Return how alike two rows are, 0 to 1."""
        columns, weights = self.row(one)
        others, other_weights = self.row(other)
        _, here, there = np.intersect1d(columns, others, assume_unique=True, return_indices=True)
        return min(1.0, float(weights[here] @ other_weights[there]))


def vectors(rows: Sequence[Words]) -> Vectors:
    """Return the TF-IDF rows of `rows`: (1 + ln tf) x ln((N + 1) / (df + 0.5)), length 1."""
    keys, counts = _counted(rows)
    row_of = (keys >> np.uint64(32)).astype(np.int64)
    hashes = (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    vocabulary, columns, frequency = np.unique(hashes, return_inverse=True, return_counts=True)
    total = len(rows)
    idf = np.log((total + 1) / (frequency + 0.5))
    if total >= 50:
        idf[frequency > COMMON * total] = 0.0
    weights = (1.0 + np.log(counts)) * np.maximum(idf, 0.0)[columns]
    starts = np.concatenate(([0], np.cumsum(np.bincount(row_of, minlength=total)))).astype(np.int64)
    length = np.sqrt(np.bincount(row_of, weights=weights * weights, minlength=total))
    return Vectors(
        starts=starts,
        terms=columns.astype(np.int64),
        weights=weights / np.maximum(length, 1e-12)[row_of],
        columns=len(vocabulary),
    )


def _counted(rows: Sequence[Words]) -> tuple[NDArray[np.uint64], Floats]:
    """Return (row << 32 | term) ascending, and the weighted number of occurrences of each."""
    pieces: list[Terms] = []
    owners: list[tuple[int, int, float]] = []
    for number, words in enumerate(rows):
        for weight, found in zip(FIELD_WEIGHTS, words.fields, strict=True):
            pieces.append(found)
            owners.append((number, len(found), weight))
    if not pieces:
        return np.zeros(0, np.uint64), np.zeros(0)
    lengths = np.array([length for _, length, _ in owners])
    numbers = np.repeat(np.array([number for number, _, _ in owners], np.uint64), lengths)
    weights = np.repeat(np.array([weight for _, _, weight in owners]), lengths)
    keys = (numbers << np.uint64(32)) | np.concatenate(pieces).astype(np.uint64)
    distinct, inverse = np.unique(keys, return_inverse=True)
    return distinct, np.bincount(inverse, weights=weights, minlength=len(distinct)).astype(np.float64)
