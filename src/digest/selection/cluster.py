"""Reports of one event: how likely two texts are that, and clusters of them.

Two texts are judged by what they share in the company of their nearest texts, reduced by
the words that nobody else uses: company gathers reports that use other words, and unknown
words tell twins of topic apart. How this was found, and how well the halfway point of one
collection serves another, is told in docs/explanation/selection.md.
"""

import heapq
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from digest.selection.neighbours import Pairs, pair_cosines
from digest.selection.rows import Floats, Rows

EVENT = 0.5  #: probability from which two reports count as one event
CERTAIN = 0.8  #: and from which readers are taken to have had it: a story lost is worse than one told twice
VERSION = 0.6  #: cosine from which two texts are versions or reprints of one story
ONE_DESK = 1 / 16  #: odds that one source tells of one event twice, of those that two do; versions apart
HALFWAY = 0.6  #: closeness at which one event is as likely as two
STEEPNESS = 9.0  #: of the logistic around it
REACH = 72.0  #: hours between two reports that halve the odds
NEGLIGIBLE = 0.02  #: probability below which a pair is forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Mates:
    """Rows that may tell of one event: row -> other row -> probability; symmetric."""

    links: dict[int, dict[int, float]]

    def of(self, one: int, other: int) -> float:
        """Return the probability that two rows tell of one event."""
        return 1.0 if one == other else self.links.get(one, {}).get(other, 0.0)


def closeness(in_company: Floats, known: Floats) -> Floats:
    """Return how close two texts are, 0 to 1.

    Args:
        in_company: cosine of the two rows in the company of their nearest.
        known: product of the shares of the two rows that other texts know too: words that
            nobody shares still tell two texts apart, above all where there are few texts.
    """
    return np.asarray(in_company * np.sqrt(np.sqrt(known)))


def event_odds(close: Floats, hours_apart: Floats) -> Floats:
    """Return the odds that two reports tell of one event.

    Args:
        close: their closeness.
        hours_apart: between them, not negative.
    """
    return np.asarray(np.exp(STEEPNESS * (close - HALFWAY)) * 0.5 ** (hours_apart / REACH))


def mates_of(rows: Rows, company: Rows, pairs: Pairs, hours: Floats, desks: Sequence[str] = ()) -> Mates:
    """Return which rows may tell of one event.

    A desk that writes again, in other words and under another id, has other news or another
    side of it: only versions of a text are easily one event within a source.

    Args:
        rows, company: the texts alone, and in the company of their nearest.
        pairs: that are worth a look, with their cosine in `rows`.
        hours: of each row, on any one time line.
        desks: the source that each row is by; empty when that is not to count.
    """
    known = rows.known[pairs.first] * rows.known[pairs.second]
    close = closeness(pair_cosines(company, pairs.first, pairs.second), known)
    odds = event_odds(close, np.abs(hours[pairs.first] - hours[pairs.second]))
    if desks:
        ends = zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
        one_desk = np.fromiter((desks[one] == desks[other] for one, other in ends), bool, len(close))
        odds = np.where(one_desk & (pairs.cosine * known < VERSION), odds * ONE_DESK, odds)
    likely = odds / (1.0 + odds)
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
