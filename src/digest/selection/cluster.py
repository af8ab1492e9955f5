"""Reports of one event: how likely two texts are that, and clusters of them.

Two texts are judged by what they share themselves and by what they share in the company of
their nearest texts: the first tells twins of topic apart when there are few reports, the
second gathers reports that use other words when there are many. Neither depends on the
collection as much as a cosine alone does, so one setting serves all.
"""

import heapq
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from digest.selection.neighbours import Pairs, pair_cosines
from digest.selection.rows import Floats, Rows

EVENT = 0.5  #: probability from which two reports count as one event
HALFWAY = 0.38  #: closeness at which one event is as likely as two
STEEPNESS = 12.0  #: of the logistic around it
DOUBT = 0.17  #: by which halfway lies further up among FEW texts: there common words look rare
FEW, ENOUGH = 50, 400  #: texts up to which the doubt is whole, and from which there is none
REACH = 72.0  #: hours between two reports that halve the odds
NEGLIGIBLE = 0.02  #: probability below which a pair is forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Mates:
    """Rows that may tell of one event: row -> other row -> probability; symmetric."""

    links: dict[int, dict[int, float]]

    def of(self, one: int, other: int) -> float:
        """Return the probability that two rows tell of one event."""
        return 1.0 if one == other else self.links.get(one, {}).get(other, 0.0)


def closeness(alone: Floats, in_company: Floats, known: Floats) -> Floats:
    """Return how close two texts are, 0 to 1: the mean of what they share alone and in company.

    Args:
        alone: cosine of the two rows.
        in_company: cosine of the two rows in the company of their nearest.
        known: product of the shares of the two rows that other texts know too: words that
            nobody shares still tell two texts apart, above all where there are few texts.
    """
    return np.asarray((alone * known + in_company * np.sqrt(known)) / 2.0)


def doubt(texts: int) -> float:
    """Return how much closeness among so many texts is to be doubted, 1 to 0.

    How rare a word is, is learnt from the texts themselves. Of a few dozen, or of a language that
    only a few of them are in, every shared word looks telling, and strangers look like twins.
    """
    return float(np.clip(1.0 - np.log(max(texts, 1) / FEW) / np.log(ENOUGH / FEW), 0.0, 1.0))


def one_event(close: Floats, hours_apart: Floats, texts: int = ENOUGH) -> Floats:
    """Return the probability that two reports tell of one event.

    Args:
        close: their closeness.
        hours_apart: between them, not negative.
        texts: among which their closeness was measured.
    """
    odds = np.exp(STEEPNESS * (close - HALFWAY - DOUBT * doubt(texts))) * 0.5 ** (hours_apart / REACH)
    return np.asarray(odds / (1.0 + odds))


def mates_of(rows: Rows, company: Rows, pairs: Pairs, hours: Floats) -> Mates:
    """Return which rows may tell of one event.

    Args:
        rows, company: the texts alone, and in the company of their nearest.
        pairs: that are worth a look, with their cosine in `rows`.
        hours: of each row, on any one time line.
    """
    known = rows.known[pairs.first] * rows.known[pairs.second]
    close = closeness(pairs.cosine, pair_cosines(company, pairs.first, pairs.second), known)
    likely = one_event(close, np.abs(hours[pairs.first] - hours[pairs.second]), len(rows))
    keep = likely >= NEGLIGIBLE
    links: dict[int, dict[int, float]] = {}
    columns = (pairs.first[keep].tolist(), pairs.second[keep].tolist(), likely[keep].tolist())
    for one, other, value in zip(*columns, strict=True):
        links.setdefault(one, {})[other] = value
        links.setdefault(other, {})[one] = value
    return Mates(links=links)


def clusters(among: Collection[int], mates: Mates, *, at_least: float = EVENT) -> list[list[int]]:
    """Return the rows `among` in clusters: the two likeliest are joined while their average link holds.

    Clusters come in the order of their first row, rows ascending.
    """
    members = {row: [row] for row in sorted(among)}
    links = {row: {m: v for m, v in mates.links.get(row, {}).items() if m in members} for row in members}
    heap = [(-v, row, mate) for row, found in links.items() for mate, v in found.items() if row < mate]
    heap = [entry for entry in heap if -entry[0] >= at_least]
    heapq.heapify(heap)
    while heap:
        value, one, other = heapq.heappop(heap)
        if one not in members or other not in members or -value != _average(links, members, one, other):
            continue
        members[one] += members.pop(other)
        for mate, total in links.pop(other).items():
            del links[mate][other]
            if mate != one:
                links[one][mate] = links[mate][one] = links[one].get(mate, 0.0) + total
        for mate in links[one]:
            average = _average(links, members, one, mate)
            if average >= at_least:
                heapq.heappush(heap, (-average, min(one, mate), max(one, mate)))
    return [sorted(members[row]) for row in sorted(members)]


def _average(
    links: dict[int, dict[int, float]], members: dict[int, list[int]], one: int, other: int
) -> float:
    return links[one].get(other, 0.0) / (len(members[one]) * len(members[other]))
