"""Texts as weighted rows of terms of length 1, and how alike two rows are.

A term weighs (1 + ln tf) x ln((N + K + 1) / (df + K p + 0.5)): beside the N texts at hand
stand K that nobody wrote, in which a term is as common as its kind (p) is in any language, so
that among few texts a short word does not look telling. Texts are counted language by language:
of four Swedish texts among thirty English ones every common word would look rare otherwise.
A word that no other text uses cannot
connect, so it is left out and does not shorten the others; how much of the row's length
that was is kept in `known`, for decisions that must not overlook what two texts don't share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.selection.text import COMMON_BY_KIND, PIECES, Terms, Text, kinds_of

COMMON = 0.2  #: a term in more than this share of the texts says nothing ...
ENOUGH = 50  #: ... once there are so many texts
BLOCK = 2048  #: long rows that are laid side by side at a time
RAREST = 0.007  #: share of texts below which a term is no rarer: a name that few texts use is telling enough
SUPPOSED = 30.0  #: texts that are supposed to have been read before, K
PIECE_WEIGHT = 0.45  #: of a piece of a word, beside a whole word's 1

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequencies:
    """In how many texts of a language each term occurs."""

    keys: Keys  #: language number and term, see `keys_of`; ascending
    texts: Ints
    totals: Mapping[int, int]  #: language number -> its texts

    def of(self, keys: Keys) -> Ints:
        """Return the number of texts with each of `keys`; 0 for unknown ones."""
        if not len(self.keys):
            return np.zeros(len(keys), np.int64)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.texts[at], 0)


NOTHING = Frequencies(keys=np.zeros(0, np.uint64), texts=np.zeros(0, np.int64), totals={})


def keys_of(languages: Ints | int, terms: Terms) -> Keys:
    """Return one number for each term of a language."""
    high = np.asarray(languages, dtype=np.uint64) << np.uint64(32)
    return np.asarray(high | terms.astype(np.uint64), dtype=np.uint64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of length 1 (or 0); `columns[starts[r]:starts[r + 1]]` are row r's, ascending."""

    starts: Ints
    columns: Ints
    weights: Floats
    width: int  #: number of columns
    known: Floats  #: of each row: share of its length in words that other texts use too, 0 to 1

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def owners(self) -> Ints:
        """Return the row of each entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def row(self, row: int) -> tuple[Ints, Floats]:
        """Return the columns and weights of one row."""
        span = slice(int(self.starts[row]), int(self.starts[row + 1]))
        return self.columns[span], self.weights[span]

    def cosines(self, row: int) -> Floats:
        """Return how alike `row` is to every row, 0 to 1."""
        columns, weights = self.row(row)
        dense = np.zeros(self.width)
        dense[columns] = weights
        sums = np.bincount(self.owners, self.weights * dense[self.columns], len(self))
        return np.clip(sums, 0.0, 1.0).astype(np.float64)

    def cosine(self, one: int, other: int) -> float:
        """Return how alike two rows are, 0 to 1."""
        dense = np.zeros(self.width)
        columns, weights = self.row(one)
        dense[columns] = weights
        columns, weights = self.row(other)
        return min(1.0, float(dense[columns] @ weights))

    def cosines_with(self, row: int, others: Sequence[int]) -> list[float]:
        """Return how alike `row` is to each of `others`, 0 to 1."""
        dense = np.zeros(self.width)
        columns, weights = self.row(row)
        dense[columns] = weights
        found = []
        for other in others:
            columns, weights = self.row(other)
            found.append(min(1.0, float(dense[columns] @ weights)))
        return found

    def cut(self, most: int) -> "Rows":
        """Return the rows with at most their `most` heaviest entries each; lengths stay as they are."""
        lengths = np.diff(self.starts)
        long = np.flatnonzero(lengths > most)
        if not len(long):
            return self
        keep = np.ones(len(self.columns), dtype=bool)
        for block in np.array_split(long, max(1, len(long) // BLOCK)):
            self._drop_lightest(block, lengths[block], most, keep)
        return Rows(
            starts=np.concatenate(([0], np.cumsum(np.minimum(lengths, most)))),
            columns=self.columns[keep],
            weights=self.weights[keep],
            width=self.width,
            known=self.known,
        )

    def _drop_lightest(self, block: Ints, lengths: Ints, most: int, keep: NDArray[np.bool_]) -> None:
        """Mark all but the heaviest entries of the rows in `block`, laid side by side, as not kept."""
        across = np.arange(int(lengths.max()))
        at = self.starts[block][:, None] + across
        there = across < lengths[:, None]
        weights = np.where(there, self.weights[np.minimum(at, len(self.weights) - 1)], -1.0)
        light = np.argpartition(-weights, most - 1, axis=1)[:, most:]
        dropped = np.take_along_axis(at, light, axis=1)[np.take_along_axis(there, light, axis=1)]
        keep[dropped] = False


def in_order(keys: Ints) -> Ints:
    """Return the positions of `keys`, not negative, ascending; equal ones stay in their order.

    Sorting numbers that carry their position is several times faster than sorting positions.
    """
    bits = max(1, len(keys) - 1).bit_length()
    if not len(keys) or int(keys.max()).bit_length() + bits > 62:
        return np.argsort(keys, kind="stable")
    carried = (keys << bits) | np.arange(len(keys))
    carried.sort()
    return np.asarray(carried & ((1 << bits) - 1))


def rows_of(texts: Sequence[Text], background: Frequencies = NOTHING) -> Rows:
    """Return one row per text, weighed by how rare its terms are in its language.

    Args:
        background: how frequent terms are in what was read before, which may contain `texts`:
            a term is as frequent as the one or the other says, whichever is more.
    """
    owners, terms, counts = _counted([text.terms for text in texts])
    vocabulary, columns, here = np.unique(terms, return_inverse=True, return_counts=True)
    languages = np.array([text.language for text in texts], np.int64)
    rarity, frequency = _rarity(languages, owners, terms, background)
    weights = (1.0 + np.log(counts)) * rarity
    squares = weights * weights
    shared = (here[columns] > 1) | (frequency > 1)
    whole = np.sqrt(np.bincount(owners, squares, len(texts)))
    length = np.sqrt(np.bincount(owners, squares * shared, len(texts)))
    keep = shared & (weights > 0.0)
    owners = owners[keep]
    return Rows(
        starts=np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=len(texts))))),
        columns=columns[keep].astype(np.int64),
        weights=weights[keep] / length[owners],
        width=len(vocabulary),
        known=length / np.maximum(whole, 1e-12),
    )


def _rarity(languages: Ints, owners: Ints, terms: Terms, background: Frequencies) -> tuple[Floats, Ints]:
    """Return how rare each entry's term is in the language of its text, and in how many texts it is."""
    keys, at, here = np.unique(keys_of(languages[owners], terms), return_inverse=True, return_counts=True)
    frequency = np.maximum(here, background.of(keys))
    names, there = np.unique(languages, return_counts=True)
    sizes = np.maximum(there, [background.totals.get(int(name), 0) for name in names])
    total = sizes[np.searchsorted(names, (keys >> np.uint64(32)).astype(np.int64))]
    return _weight(keys.astype(np.uint32), frequency, total)[at], frequency[at]


def rarity_of(keys: Keys, known: Frequencies) -> Floats:
    """Return how rare the terms with these `keys` are among the texts that `known` counts."""
    names, at = np.unique(keys >> np.uint64(32), return_inverse=True)
    total = np.array([known.totals.get(int(name), 0) for name in names], np.int64)[at]
    return _weight(keys.astype(np.uint32), known.of(keys), total)


def _weight(terms: Terms, frequency: Ints, total: Ints) -> Floats:
    """Return the weight of terms that are in `frequency` of `total` texts."""
    supposed = SUPPOSED * np.array(COMMON_BY_KIND)[kinds_of(terms)]
    often = np.maximum(frequency, RAREST * total)
    rarity = np.maximum(np.log((total + SUPPOSED + 1.0) / (often + supposed + 0.5)), 0.0)
    rarity[(total >= ENOUGH) & (frequency > COMMON * total)] = 0.0
    rarity *= np.where(terms & np.uint32(PIECES), PIECE_WEIGHT, 1.0)
    return np.asarray(rarity, np.float64)


def _counted(texts: Sequence[Terms]) -> tuple[Ints, Terms, Floats]:
    """Return row, term and number of occurrences of every entry, ascending."""
    if not texts:
        return np.zeros(0, np.int64), np.zeros(0, np.uint32), np.zeros(0)
    numbers = np.repeat(np.arange(len(texts), dtype=np.uint64), [len(text) for text in texts])
    keys = (numbers << np.uint64(32)) | np.concatenate(texts).astype(np.uint64)
    keys, counts = np.unique(keys, return_counts=True)
    terms = (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    return (keys >> np.uint64(32)).astype(np.int64), terms, counts.astype(np.float64)
