"""What newsrooms' tools compare texts with: TF-IDF cosine, BM25 and MinHash, as rankings."""

from collections.abc import Callable, Sequence

import numpy as np
from datasketch import MinHash

from digest.model.story import Story
from digest.selection.text import STOP, tokens

Ranking = Callable[[int], np.ndarray]


class Sparse:
    """Weighted entries of all texts, for the baselines."""

    def __init__(self, stories: Sequence[Story]) -> None:
        numbers: dict[str, int] = {}
        owners, columns = [], []
        for owner, one in enumerate(stories):
            for word in tokens(f"{one.headline} {one.standfirst} {' '.join(one.body)}"):
                if word not in STOP:
                    owners.append(owner)
                    columns.append(numbers.setdefault(word, len(numbers)))
        self.size, self.width = len(stories), len(numbers)
        keys, counts = np.unique(np.array(owners) * self.width + np.array(columns), return_counts=True)
        self.owner, self.column, self.tf = keys // self.width, keys % self.width, counts.astype(float)
        self.df = np.bincount(self.column, minlength=self.width)

    def scores(self, query: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Return the sum of query x weights over the terms of each text."""
        return np.bincount(self.owner, weights * query[self.column], self.size)


def tfidf(texts: Sparse) -> Ranking:
    """Rank by TF-IDF cosine: 1 + ln tf, length 1."""
    weights = (1 + np.log(texts.tf)) * np.log((texts.size + 1) / (texts.df + 0.5))[texts.column]
    weights /= np.sqrt(np.bincount(texts.owner, weights**2, texts.size))[texts.owner]

    def rank(query: int) -> np.ndarray:
        dense, own = np.zeros(texts.width), texts.owner == query
        dense[texts.column[own]] = weights[own]
        return texts.scores(dense, weights)

    return rank


def bm25(texts: Sparse, b: float) -> Ranking:
    """Rank by BM25 with k1 = 1.2, all terms of the query once."""
    length = np.bincount(texts.owner, texts.tf, texts.size)
    norm = 1.2 * (1 - b + b * length / length.mean())
    weights = texts.tf * 2.2 / (texts.tf + norm[texts.owner])
    idf = np.log(1 + (texts.size - texts.df + 0.5) / (texts.df + 0.5))

    def rank(query: int) -> np.ndarray:
        dense, own = np.zeros(texts.width), texts.owner == query
        dense[texts.column[own]] = idf[texts.column[own]]
        return texts.scores(dense, weights)

    return rank


def minhash(stories: Sequence[Story]) -> Ranking:
    """Rank by the estimated Jaccard of sets of three words, 128 permutations."""
    signatures = []
    for one in stories:
        words = tokens(f"{one.headline} {one.standfirst} {' '.join(one.body)}")
        sketch = MinHash(num_perm=128, seed=1)
        sketch.update_batch([" ".join(words[at : at + 3]).encode() for at in range(max(1, len(words) - 2))])
        signatures.append(sketch.hashvalues)
    matrix = np.array(signatures)
    return lambda query: (matrix == matrix[query]).mean(axis=1)
