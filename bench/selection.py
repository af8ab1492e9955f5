"""How well and how fast stories are related: ours beside TF-IDF cosine, BM25 and MinHash, in one run.

    .venv/bin/python bench/selection.py --data FILE [--fields full|feed|headline] [--json]
    .venv/bin/python bench/selection.py --speed 1000 10000 [--json]

FILE holds JSON lines {"id", "title", "lead", "body", "cluster", "topic"?, "language"?} or the CSV
of the UCI News Aggregator. Where there are numbered topics, queries are those with even numbers
(the setting was found on the odd ones), ranked among all texts. Grades: same cluster 2 (1 where
there are no topics), same topic 1. Nothing is random but the made stories of --speed (seed 1).
"""

import argparse
import csv
import json
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import numpy as np
from datasketch import MinHash

from digest.model.cadence import Cadence
from digest.model.digest import Digest, StoryRules
from digest.model.story import Story
from digest.selection.cluster import HALFWAY, STEEPNESS, closeness, clusters, mates_of
from digest.selection.neighbours import in_company, near_pairs
from digest.selection.rows import rows_of
from digest.selection.select import select
from digest.selection.text import STOP, text_of, tokens

NOW = datetime(2026, 1, 1, tzinfo=UTC)
Ranking = Callable[[int], np.ndarray]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the labelled texts of a file."""
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if row.get("STORY")]
        return [{"title": row["TITLE"], "cluster": row["STORY"]} for row in rows]
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def story(text: dict[str, Any], fields: str) -> Story:
    """Return a labelled text as a story with as many fields as are asked for."""
    lead = text.get("lead") or "" if fields == "feed" else ""
    body = (text["body"],) if fields == "full" and text.get("body") else ()
    language = text.get("language") or ""
    return Story(
        source="bench", headline=text["title"], standfirst=lead, body=body, language=language, first_seen=NOW
    )


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


def quality(path: Path, fields: str) -> list[dict[str, Any]]:
    """Return one result per method for one file."""
    texts = read(path)
    stories = [story(text, fields) for text in texts]
    labels = np.unique([text["cluster"] for text in texts], return_inverse=True)[1]
    topics = np.array([int(t["topic"]) if str(t.get("topic", "")).isdigit() else -1 for t in texts])
    numbered = bool((topics >= 0).all())
    queries = np.flatnonzero(topics % 2 == 0) if numbered else np.arange(len(texts))

    def grades(query: int) -> np.ndarray:
        same = (labels == labels[query]).astype(float)
        return np.maximum(2 * same, topics == topics[query]) if numbered else same

    sparse, line = Sparse(stories), np.zeros(len(stories))
    rows = rows_of([text_of(one) for one in stories])
    pairs = near_pairs(rows, line, range(len(rows)))
    company = in_company(rows, pairs)
    b = 0.75 if fields == "full" else 0.3
    methods = {"ours": company.cosines, "TF-IDF cosine": tfidf(sparse), f"BM25 b={b}": bm25(sparse, b)}
    methods["MinHash"] = minhash(stories)
    results: list[dict[str, Any]] = [
        {"method": n, "data": path.name, "fields": fields, **judged(rank, grades, queries.tolist())}
        for n, rank in methods.items()
    ]
    found = np.empty(len(rows), int)
    for number, members in enumerate(clusters(range(len(rows)), mates_of(rows, company, pairs, line))):
        found[members] = number
    results[0] |= grouped(labels[queries], found[queries])
    if numbered:
        results[0]["hard auc"] = _hard(rows, company, labels, topics, queries)
    return results


def _hard(rows: Any, company: Any, labels: np.ndarray, topics: np.ndarray, queries: np.ndarray) -> float:
    """Return how well two reports of one event are told from two of one kind of event."""
    same, other = [], []
    for query in queries.tolist():
        close = closeness(company.cosines(query), rows.known[query] * rows.known)
        later = np.arange(len(labels)) > query
        same.append(close[later & (labels == labels[query])])
        other.append(close[later & (labels != labels[query]) & (topics == topics[query])])
    return auc(np.concatenate(same), np.concatenate(other))


def made(count: int) -> list[Story]:
    """Return so many stories of 150 invented words, two in five a report of an earlier one's event."""
    rng = random.Random(1)
    syllables = ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "da", "fe", "gi", "ho", "ja"]
    words = ["".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(30_000)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    found: list[Story] = []
    texts: list[list[str]] = []
    for number in range(count):
        if texts and rng.random() < 0.4:
            text = list(texts[rng.randrange(max(0, len(texts) - 50), len(texts))])
            for _ in range(40):
                text[rng.randrange(len(text))] = rng.choice(words)
        else:
            text = rng.choices(words, weights, k=150)
        texts.append(text)
        when = NOW - timedelta(hours=20 * rng.random())
        found.append(
            Story(
                source=f"source-{number % 7}", url=f"https://wire.example/{number}",
                headline=" ".join(text[:8]), body=(" ".join(text),), published=when, first_seen=when,
            )
        )  # fmt: skip
    return found


def speed(counts: Sequence[int]) -> list[dict[str, Any]]:
    """Return the time of one whole selection for each number of candidates."""
    digest = Digest(
        id="bench", title="Bench", cadence=Cadence(written="daily at 07:00", times=(clock(7),)),
        stories=StoryRules(),
    )  # fmt: skip
    results = []
    for count in counts:
        stories = made(count)
        cpu, wall = time.process_time(), time.perf_counter()
        select(stories, digest=digest, now=NOW)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        per = cpu / (count * np.log2(count)) * 1e6
        results.append({"candidates": count, "cpu s": cpu, "wall s": wall, "µs / (n log2 n)": float(per)})
    return results


def table(results: Sequence[dict[str, Any]]) -> None:
    """Print results as a table."""
    keys = list(dict.fromkeys(key for result in results for key in result))
    print(" | ".join(f"{key:>15}" for key in keys))
    for result in results:
        cells = [result.get(key, "") for key in keys]
        print(" | ".join(f"{cell:15.4f}" if isinstance(cell, float) else f"{cell!s:>15}" for cell in cells))


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--fields", choices=("full", "feed", "headline"), default="full")
    parser.add_argument("--speed", type=int, nargs="+", default=[])
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    results = [quality(path, asked.fields) for path in asked.data]
    results += [speed(asked.speed or ([] if asked.data else [1000, 10_000]))]
    if asked.json:
        print(json.dumps([result for group in results for result in group]))
        return
    print(f"one setting: halfway {HALFWAY}, steepness {STEEPNESS}")
    for group in filter(None, results):
        table(group)


if __name__ == "__main__":
    main()
