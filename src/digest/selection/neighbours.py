"""Which texts are near each other, and each text seen in the company of its nearest.

Few texts are compared pair by pair. Of many, only pairs that share telling words are
looked at, each word's texts paired with their nearest in time, so that the work grows with
the number of stories and not with its square.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from digest.selection.rows import Floats, Ints, Rows, in_order

FEW = 400  #: rows up to which every pair is looked at
TELLING = 24  #: heaviest terms of a row by which its pairs are found when there are more
AROUND = 40  #: rows that a telling term pairs a row with, on either side in time
WORTH_A_LOOK = 0.05  #: cosine from which a pair is kept

COMPANY = 8  #: nearest rows that a row is seen with
PULL = 2.0  #: how much of the nearest is mixed in, at most
FAMILIAR = 0.27  #: cosine, unknown words included, at which it is half of that ...
SUDDEN = 5  #: ... and the power with which it falls off below: strangers are no company
LENT = 64  #: heaviest terms that a row lends to its company
CARRIED = 192  #: terms that a row keeps in the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of rows, `first` < `second`, ascending, and their cosine."""

    first: Ints
    second: Ints
    cosine: Floats


def near_pairs(rows: Rows, hours: Floats, among: Collection[int]) -> Pairs:
    """Return the pairs of rows that are worth a look.

    Args:
        hours: of each row, on any one time line.
        among: the rows that are asked about.
    """
    asked = np.array(sorted(among), np.int64)
    if len(asked) <= FEW:
        first, second = _every_pair(asked)
    else:
        first, second = _telling_pairs(rows, hours, asked)
    cosine = pair_cosines(rows, first, second)
    keep = cosine >= WORTH_A_LOOK
    return Pairs(first=first[keep], second=second[keep], cosine=cosine[keep])


def pair_cosines(rows: Rows, first: Ints, second: Ints) -> Floats:
    """Return the cosine of each pair; `first` ascending."""
    values = np.zeros(len(first))
    dense = np.zeros(rows.width)
    lengths = np.diff(rows.starts)
    heads = np.flatnonzero(np.diff(first, prepend=-1)).tolist()
    for start, end in pairwise([*heads, len(first)]):
        columns, weights = rows.row(int(first[start]))
        dense[columns] = weights
        mates = second[start:end]
        at = ranges(rows.starts[mates], lengths[mates])
        owners = np.repeat(np.arange(len(mates)), lengths[mates])
        values[start:end] = np.bincount(owners, rows.weights[at] * dense[rows.columns[at]], len(mates))
        dense[columns] = 0.0
    return np.clip(values, 0.0, 1.0)


def in_company(rows: Rows, pairs: Pairs) -> Rows:
    """Return each row with its nearest rows mixed in: what reports of one event share comes to the fore."""
    one, other, pull = _company(rows, pairs)
    lent = rows.cut(LENT)
    lengths = np.diff(lent.starts)[other]
    at = ranges(lent.starts[other], lengths)
    keys = np.concatenate(
        (rows.owners * rows.width + rows.columns, np.repeat(one, lengths) * rows.width + lent.columns[at])
    )
    values = np.concatenate((rows.weights, np.repeat(pull, lengths) * lent.weights[at]))
    order = in_order(keys)
    keys, values = keys[order], values[order]
    heads = np.flatnonzero(np.diff(keys, prepend=-1))
    weights = np.add.reduceat(values, heads) if len(heads) else values
    owners, columns = keys[heads] // rows.width, keys[heads] % rows.width
    length = np.sqrt(np.bincount(owners, weights * weights, len(rows)))
    return Rows(
        starts=np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=len(rows))))),
        columns=columns,
        weights=weights / length[owners],
        width=rows.width,
        known=rows.known,
    ).cut(CARRIED)


def ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return the positions start .. start + length - 1 of each, one after another."""
    total = int(lengths.sum())
    before = np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(starts, lengths) + np.arange(total) - before


def _company(rows: Rows, pairs: Pairs) -> tuple[Ints, Ints, Floats]:
    """Return (row, mate, pull) for the nearest mates of each row."""
    one = np.concatenate((pairs.first, pairs.second))
    other = np.concatenate((pairs.second, pairs.first))
    whole = pairs.cosine * rows.known[pairs.first] * rows.known[pairs.second]
    whole = np.concatenate((whole, whole))
    order = np.lexsort((other, -whole, one))
    one, other, whole = one[order], other[order], whole[order]
    counts = np.bincount(one, minlength=len(rows))
    heads = np.cumsum(counts) - counts
    keep = np.arange(len(one)) - heads[one] < COMPANY
    nearest = whole[np.minimum(heads, max(len(whole) - 1, 0))] if len(whole) else np.zeros(len(rows))
    one, other, whole = one[keep], other[keep], whole[keep]
    power = whole**SUDDEN
    return one, other, PULL * power / (power + FAMILIAR**SUDDEN) * (whole / np.maximum(nearest[one], 1e-12))


def _every_pair(asked: Ints) -> tuple[Ints, Ints]:
    first, second = np.triu_indices(len(asked), 1)
    return asked[first], asked[second]


def _telling_pairs(rows: Rows, hours: Floats, asked: Ints) -> tuple[Ints, Ints]:
    """Return pairs whose telling terms alone are worth a look."""
    wanted = np.zeros(len(rows), dtype=bool)
    wanted[asked] = True
    telling = rows.cut(TELLING)
    owners = telling.owners
    keep = wanted[owners]
    owners, columns, weights = owners[keep], telling.columns[keep], telling.weights[keep]
    order = np.lexsort((owners, hours[owners], columns))
    owners, columns, weights = owners[order], columns[order], weights[order]
    keys, products = [], []
    for shift in range(1, AROUND + 1):
        together = np.flatnonzero(columns[shift:] == columns[:-shift])
        if not len(together):
            break
        one, other = owners[together], owners[together + shift]
        keys.append(np.minimum(one, other) * len(rows) + np.maximum(one, other))
        products.append(weights[together] * weights[together + shift])
    if not keys:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    joined, values = np.concatenate(keys), np.concatenate(products)
    order = in_order(joined)
    joined = joined[order]
    heads = np.flatnonzero(np.diff(joined, prepend=-1))
    chosen = joined[heads][np.add.reduceat(values[order], heads) >= WORTH_A_LOOK]
    return chosen // len(rows), chosen % len(rows)
