"""Whether a headline belongs to its body: a guard against feed fields that were joined wrongly.

A headline and a standfirst name what the body tells. How much of their telling words the body
has is high for its own body and next to nothing for another's, in any language; so a feed
that pairs the headline of one entry with the text of the next is seen before a reader sees it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.model.story import Story
from digest.model.text import plain, primary
from digest.selection.rows import NOTHING, Floats, Frequencies, keys_of
from digest.selection.text import Terms, language_number, tellings

FOREIGN = 0.05  #: share below which a heading is not about its body: 1 in 100 own bodies, 9 in 10 others
FITS = 0.25  #: share of a heading that another body has, and ...
TIMES = 3.0  #: ... so many times what its own has: then the two were swapped
FEWEST_WORDS = 4  #: in a heading; with fewer it says too little to be judged, such as a date
SHORTEST_BODY = 20  #: words; a shorter one says too little


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A heading that is not about the body under it."""

    story: Story
    share: float  #: of the heading's telling words that its own body has, 0 to 1
    better: Story | None  #: whose body the heading fits


def mismatches(stories: Sequence[Story], known: Frequencies = NOTHING) -> tuple[list[Mismatch], list[Story]]:
    """Return the stories whose heading is not about their body, and those that could not be judged.

    Args:
        stories: of one edition; their order does not matter to what is found.
        known: how frequent words are elsewhere; the bodies at hand are counted as well.
    """
    headings = [_heading(story) for story in stories]
    bodies = [_rest(story) for story in stories]
    texts = [np.unique(body) for body in bodies]
    judged = [
        number
        for number, heading in enumerate(headings)
        if len(heading) >= FEWEST_WORDS and len(bodies[number]) >= SHORTEST_BODY
    ]
    found = []
    for number in judged:
        language = language_number(primary(stories[number].language))
        shares = shares_of(headings[number], texts, known, language)
        own = float(shares[number])
        others = [other for other in judged if other != number and stories[other].id != stories[number].id]
        best = max(others, key=lambda other: (shares[other], stories[other].id), default=None)
        fits = best is not None and shares[best] >= FITS
        if own < FOREIGN or (best is not None and fits and shares[best] >= TIMES * own):
            better = stories[best] if best is not None and fits else None
            found.append(Mismatch(story=stories[number], share=own, better=better))
    there = set(judged)
    return found, [story for number, story in enumerate(stories) if number not in there]


def shares_of(
    heading: Terms, bodies: Sequence[Terms], known: Frequencies = NOTHING, language: int = 0
) -> Floats:
    """Return how much of `heading` each body has, 0 to 1, rare words counting most.

    Args:
        heading: distinct terms.
        bodies: distinct terms of each, ascending.
        known: how frequent terms are in other bodies.
        language: number of the heading's.
    """
    there = np.array([_among(heading, body) for body in bodies]).reshape(len(bodies), len(heading))
    total = len(bodies) + known.totals.get(language, 0)
    frequency = there.sum(axis=0) + known.of(keys_of(language, heading))
    rarity = np.log((total + 1) / (frequency + 0.5))
    weights = np.maximum(rarity, 0.0) ** 2
    return np.asarray(there @ weights / max(float(weights.sum()), 1e-12))


def _among(terms: Terms, others: Terms) -> NDArray[np.bool_]:
    """Return which of `terms` are in `others`, which ascend."""
    if not len(others):
        return np.zeros(len(terms), dtype=np.bool_)
    at = np.minimum(np.searchsorted(others, terms), len(others) - 1)
    return np.asarray(others[at] == terms)


def _heading(story: Story) -> Terms:
    return np.unique(tellings(f"{story.headline}\n{story.standfirst}"))


def _rest(story: Story) -> Terms:
    """Return the telling words of the body, without the standfirst where the body begins with it."""
    body = "\n".join(plain(paragraph) for paragraph in story.body)
    return tellings(body.removeprefix(story.standfirst) if story.standfirst else body)
