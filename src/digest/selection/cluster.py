"""Which rows tell of one event: likely pairs first, then clusters by average link.

Only pairs that share telling words are looked at, each word's rows paired with their
nearest neighbours in time, so the work grows with the number of stories, not its square.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from digest.selection.vectors import Floats, Ints, Vectors

TELLING = 24  #: heaviest terms of a row by which its pairs are found
NEIGHBOURS = 40  #: rows that a term pairs a row with, on either side in time
WORTH_A_LOOK = 0.05  #: what the telling terms alone must contribute to the cosine
HALFWAY, STEEPNESS = 0.22, 25.0  #: cosine at which one event is as likely as two; slope of the logistic
EVENT = 0.5  #: probability from which two reports count as one event
REACH = 72.0  #: hours between two reports after which "one event" loses half its odds, and again


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of rows, `first` < `second`: how alike, and how likely of one event."""

    first: Ints
    second: Ints
    cosine: Floats
    event: Floats

    def mates(self) -> dict[int, dict[int, tuple[float, float]]]:
        """Return row -> the rows paired with it -> (cosine, probability of one event)."""
        found: dict[int, dict[int, tuple[float, float]]] = {}
        for one, other, cosine, event in zip(
            self.first.tolist(), self.second.tolist(), self.cosine.tolist(), self.event.tolist(), strict=True
        ):
            found.setdefault(one, {})[other] = found.setdefault(other, {})[one] = (cosine, event)
        return found


def same_event(cosine: Floats, hours_apart: Floats) -> Floats:
    """Return the probability that two reports tell of one event.

    Args:
        cosine: of the two texts.
        hours_apart: between them, absolute.
    """
    odds = np.exp(STEEPNESS * (cosine - HALFWAY)) * 0.5 ** (hours_apart / REACH)
    return np.asarray(odds / (1.0 + odds))


def likely_pairs(rows: Vectors, hours: Floats, among: Collection[int]) -> Pairs:
    """Return every pair of rows that may tell of one event, with its probability.

    Args:
        hours: of each row, on any one time line.
        among: the rows that are asked about.
    """
    first, second = _that_share_telling_terms(rows, hours, among)
    cosine = _cosines(rows, first, second)
    event = same_event(cosine, np.abs(hours[first] - hours[second]))
    return Pairs(first=first, second=second, cosine=cosine, event=event)


def clusters(among: Collection[int], pairs: Pairs, *, at_least: float = EVENT) -> list[list[int]]:
    """Return the rows `among` in clusters: the likeliest join first, while the average link holds.

    Clusters come in the order of their first row, rows ascending.
    """
    members: dict[int, list[int]] = {row: [row] for row in sorted(among)}
    home = {row: row for row in members}
    mates = pairs.mates()
    order = np.lexsort((pairs.second, pairs.first, -pairs.event))
    for at in order[pairs.event[order] >= at_least].tolist():
        one, other = home.get(int(pairs.first[at])), home.get(int(pairs.second[at]))
        if one is None or other is None or one == other:
            continue
        total = sum(mates[row].get(mate, (0.0, 0.0))[1] for row in members[one] for mate in members[other])
        if total / (len(members[one]) * len(members[other])) < at_least:
            continue
        one, other = min(one, other), max(one, other)
        for row in members[other]:
            home[row] = one
        members[one] = sorted(members[one] + members.pop(other))
    return [members[row] for row in sorted(members)]


def _that_share_telling_terms(rows: Vectors, hours: Floats, among: Collection[int]) -> tuple[Ints, Ints]:
    owner = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    asked = np.zeros(len(rows), dtype=bool)
    asked[sorted(among)] = True
    keep = _heaviest(rows, owner)
    keep = keep[asked[owner[keep]]]
    owner, terms, weights = owner[keep], rows.terms[keep], rows.weights[keep]
    order = np.lexsort((owner, hours[owner], terms))
    owner, terms, weights = owner[order], terms[order], weights[order]
    keys, products = [], []
    for shift in range(1, NEIGHBOURS + 1):
        together = terms[shift:] == terms[:-shift]
        if not together.any():
            break
        one, other = owner[:-shift][together], owner[shift:][together]
        keys.append(np.minimum(one, other) * len(rows) + np.maximum(one, other))
        products.append((weights[:-shift] * weights[shift:])[together])
    if not keys:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    joined = np.concatenate(keys)
    order = np.argsort(joined, kind="stable")
    joined = joined[order]
    heads = np.flatnonzero(np.concatenate(([True], joined[1:] != joined[:-1])))
    sums = np.add.reduceat(np.concatenate(products)[order], heads)
    chosen = joined[heads][sums >= WORTH_A_LOOK]
    return chosen // len(rows), chosen % len(rows)


def _heaviest(rows: Vectors, owner: Ints) -> Ints:
    """Return the positions of each row's TELLING heaviest terms."""
    order = np.lexsort((rows.terms, -rows.weights, owner))
    rank = np.arange(len(order)) - rows.starts[owner[order]]
    return order[(rank < TELLING) & (rows.weights[order] > 0)]


def _cosines(rows: Vectors, first: Ints, second: Ints) -> Floats:
    """Return the cosine of each pair; `first` ascending."""
    values = np.zeros(len(first))
    dense = np.zeros(rows.columns)
    heads = np.flatnonzero(np.diff(first, prepend=-1)).tolist()
    for start, end in pairwise([*heads, len(first)]):
        columns, weights = rows.row(int(first[start]))
        dense[columns] = weights
        values[start:end] = [_dot(rows, row, dense) for row in second[start:end].tolist()]
        dense[columns] = 0.0
    return np.clip(values, 0.0, 1.0)


def _dot(rows: Vectors, row: int, dense: Floats) -> float:
    columns, weights = rows.row(row)
    return float(dense[columns] @ weights)
