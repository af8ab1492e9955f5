"""How rankings, clusters and yes-or-no decisions are judged."""

from collections.abc import Callable, Sequence

import numpy as np

Ranking = Callable[[int], np.ndarray]


def judged(rank: Ranking, grades: Callable[[int], np.ndarray], queries: Sequence[int]) -> dict[str, float]:
    """Return nDCG@5 over all grades and MAP over the highest."""
    discount = 1 / np.log2(np.arange(2, 7))
    gains, precisions = [], []
    for query in queries:
        score, grade = rank(query).astype(float), grades(query)
        order = np.lexsort((np.arange(len(score)), -score))
        order = order[order != query]
        ranked = grade[order]
        ideal = ((2 ** np.sort(ranked)[::-1][:5] - 1) * discount[: len(ranked)]).sum()
        if ideal:
            gains.append(((2 ** ranked[:5] - 1) * discount[: len(ranked)]).sum() / ideal)
        hits = ranked == grade.max()
        if hits.any():
            precisions.append((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())
    return {"ndcg@5": float(np.mean(gains)), "map": float(np.mean(precisions)), "queries": len(gains)}


def grouped(labels: np.ndarray, found: np.ndarray) -> dict[str, float]:
    """Return pair F1 and B-cubed F1 of clusters."""
    same, together = labels[:, None] == labels, found[:, None] == found
    both = same & together
    pairs = [(int(m.sum()) - len(labels)) for m in (both, together, same)]
    precision, recall = (both.sum(1) / together.sum(1)).mean(), (both.sum(1) / same.sum(1)).mean()
    return {
        "pair f1": 2 * pairs[0] / max(1, pairs[1] + pairs[2]),
        "b-cubed f1": float(2 * precision * recall / (precision + recall)),
    }


def auc(higher: np.ndarray, lower: np.ndarray) -> float:
    """Return the probability that a value of `higher` is above one of `lower`."""
    lower = np.sort(lower)
    below = np.searchsorted(lower, higher, "left") + np.searchsorted(lower, higher, "right")
    return float(below.mean() / 2 / len(lower))


def best_threshold(values: np.ndarray, same: np.ndarray) -> float:
    """Return the threshold on `values` with which the pairs that are the same are told best (F1)."""
    order = np.argsort(-values, kind="stable")
    hits = np.cumsum(same[order])
    scores = 2 * hits / (np.arange(1, len(order) + 1) + same.sum())
    return float(values[order[int(np.argmax(scores))]])


def pair_f1(values: np.ndarray, same: np.ndarray, threshold: float) -> float:
    """Return F1 of the pairs whose value reaches the threshold."""
    found = values >= threshold
    return float(2 * (found & same).sum() / max(1, found.sum() + same.sum()))
