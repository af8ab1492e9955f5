"""How well stories are related: ours beside TF-IDF cosine, BM25 and MinHash, in one run.

    .venv/bin/python bench/selection.py [--data FILE ...] [--fields full|feed|headline] [--json]
    .venv/bin/python bench/selection.py --foreign FILE [--json]
    .venv/bin/python bench/selection.py --pools 1000 [--data FILE] [--json]
    .venv/bin/python bench/selection.py --speed 1000 10000 [--json]

FILE holds JSON lines {"id", "title", "lead", "body", "cluster", "topic"?, "language"?, "published"?} or the
CSV of the UCI News Aggregator; without --data it is our own labelled set, language by language. Where there
are numbered topics, queries are those with even numbers (the setting was found on the odd ones), ranked among
all texts. Grades: same cluster 2 (1 where there are no topics), same topic 1. `--foreign` finds the threshold
of a same-event decision on our own set and uses it on FILE, and the other way round. Seeds:
the pools their number, headlines over other bodies and the made stories of --speed 1. A large archive is
measured by bench/archive.py.
"""

import argparse
import csv
import json
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import numpy as np

from digest.model.cadence import Cadence
from digest.model.digest import Digest, SectionRules, StoryRules
from digest.model.story import Story
from digest.selection import cluster, neighbours, rows, text
from digest.selection.cluster import closeness, clusters, mates_of
from digest.selection.mismatch import FEWEST_WORDS, shares_of
from digest.selection.neighbours import in_company, near_pairs
from digest.selection.rows import Frequencies, Rows, keys_of, rows_of
from digest.selection.select import select
from digest.selection.text import tellings, text_of
from measures.baselines import Sparse, bm25, minhash, tfidf
from measures.judging import auc, best_threshold, grouped, judged, pair_f1

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LABELLED = sorted((Path(__file__).parent / "labelled").glob("*.jsonl"))
Texts = list[dict[str, Any]]


def setting() -> str:
    """Return every number that decides how stories are compared, as the program has it."""
    found = {
        name: value
        for module in (text, rows, neighbours, cluster)
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, int | float | tuple)
    }
    return ", ".join(f"{name.lower()} {value}" for name, value in found.items())


def read(path: Path) -> list[dict[str, Any]]:
    """Return the labelled texts of a file."""
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if row.get("STORY")]
        return [{"title": row["TITLE"], "cluster": row["STORY"]} for row in rows]
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def story(text: dict[str, Any], fields: str, number: int = 0) -> Story:
    """Return a labelled text as a story with as many fields as are asked for."""
    lead = text.get("lead") or "" if fields == "feed" else ""
    body = (text["body"],) if fields == "full" and text.get("body") else ()
    language = text.get("language") or ""
    when = NOW - timedelta(hours=1 + number % 20)
    return Story(
        source=f"paper-{number}", guid=str(number), headline=text["title"], standfirst=lead, body=body,
        language=language, published=when, first_seen=when,
    )  # fmt: skip


class Set:
    """A labelled set, read: its labels, its rows, and its rows in company."""

    def __init__(self, texts: Texts, fields: str) -> None:
        self.stories = [story(text, fields) for text in texts]
        names = [f"{text.get('language') or ''} {text['cluster']}" for text in texts]
        self.labels = np.unique(names, return_inverse=True)[1]
        self.topics = np.array([int(t["topic"]) if str(t.get("topic", "")).isdigit() else -1 for t in texts])
        self.numbered = bool((self.topics >= 0).all())
        self.line = np.zeros(len(texts))
        self.rows: Rows = rows_of([text_of(one) for one in self.stories])
        self.pairs = near_pairs(self.rows, self.line, range(len(self.rows)))
        self.company = in_company(self.rows, self.pairs)

    @property
    def queries(self) -> np.ndarray:
        """Return the texts that are asked about."""
        return np.flatnonzero(self.topics % 2 == 0) if self.numbered else np.arange(len(self.labels))

    def grades(self, query: int) -> np.ndarray:
        """Return what every text is worth as an answer."""
        same = (self.labels == self.labels[query]).astype(float)
        return np.maximum(2 * same, self.topics == self.topics[query]) if self.numbered else same

    def close(self, query: int) -> np.ndarray:
        """Return how close every text is, as the decision about one event sees it."""
        return closeness(self.company.cosines(query), self.rows.known[query] * self.rows.known)

    def pairs_of(self, rank: Any, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return of every pair among `queries` its value, whether it is one event, and one topic."""
        values, same, topic = [], [], []
        for at, query in enumerate(queries.tolist()):
            later = queries[at + 1 :]
            values.append(rank(query)[later])
            same.append(self.labels[later] == self.labels[query])
            topic.append(self.topics[later] == self.topics[query])
        return np.concatenate(values), np.concatenate(same), np.concatenate(topic)


def quality(path: Path, fields: str) -> list[dict[str, Any]]:
    """Return one result per method for one file."""
    texts = read(path)
    data = Set(texts, fields)
    sparse, b = Sparse(data.stories), 0.75 if fields == "full" else 0.3
    methods = {"ours": data.company.cosines, "TF-IDF cosine": tfidf(sparse), f"BM25 b={b}": bm25(sparse, b)}
    methods["MinHash"] = minhash(data.stories)
    results: list[dict[str, Any]] = [
        {"method": n, "data": path.name, "fields": fields, **judged(rank, data.grades, data.queries.tolist())}
        for n, rank in methods.items()
    ]
    found = np.empty(len(data.rows), int)
    mates = mates_of(data.rows, data.company, data.pairs, data.line)
    for number, members in enumerate(clusters(range(len(data.rows)), mates)):
        found[members] = number
    results[0] |= grouped(data.labels[data.queries], found[data.queries])
    if data.numbered:
        close, same, topic = data.pairs_of(data.close, data.queries)
        results[0]["hard auc"] = auc(close[same], close[~same & topic])
    if fields == "full" and data.numbered:
        results[0]["mismatch auc"] = guard(texts, data.topics)
    return results


def guard(texts: Texts, topics: np.ndarray) -> float:
    """Return how well headline and lead tell their own body from 20 bodies of other topics each."""
    bodies = [text["body"].removeprefix(text.get("lead") or "") for text in texts]
    heads = [np.unique(tellings(f"{text['title']}\n{text.get('lead') or ''}")) for text in texts]
    terms = [np.unique(tellings(body)) for body in bodies]
    there = [n for n, body in enumerate(bodies) if len(body.split()) > 20 and len(heads[n]) >= FEWEST_WORDS]
    keys, counts = np.unique(keys_of(0, np.concatenate([terms[n] for n in there])), return_counts=True)
    known = Frequencies(keys=keys, texts=counts.astype(np.int64), totals={0: len(there)})
    rng, own, other = random.Random(1), [], []
    for number in there:
        strange = rng.sample([n for n in there if topics[n] != topics[number]], 20)
        shares = shares_of(heads[number], [terms[n] for n in (number, *strange)], known)
        own.append(shares[0])
        other.extend(shares[1:])
    return auc(np.array(own), np.array(other))


def foreign(path: Path, fields: str) -> list[dict[str, Any]]:
    """Return pair F1 with a threshold that was found on other texts, beside the best possible one."""
    there = Set(read(path), fields)
    own = Set([text for file in LABELLED for text in read(file)], fields)
    results = []
    for name in ("ours", "TF-IDF cosine"):
        ranks = [one.close if name == "ours" else tfidf(Sparse(one.stories)) for one in (there, own)]
        values = [one.pairs_of(r, one.queries) for one, r in zip((there, own), ranks, strict=True)]
        best = [best_threshold(close, same) for close, same, _ in values]
        for at, target in enumerate((path.name, "our own set")):
            close, same, _ = values[at]
            results.append({
                "method": name, "judged on": target, "fields": fields,
                "foreign threshold": best[1 - at], "pair f1": pair_f1(close, same, best[1 - at]),
                "own threshold": best[at], "best pair f1": pair_f1(close, same, best[at]),
            })  # fmt: skip
    return results


def pools(files: Sequence[Path], count: int, size: int = 200) -> dict[str, Any]:
    """Return how many pairs of one event stand together in editions of ten, each from a seeded pool."""
    texts = [text for file in files for text in read(file)]
    found = [story(text, "full", number) for number, text in enumerate(texts)]
    events = {one.id: f"{one.language} {text['cluster']}" for one, text in zip(found, texts, strict=True)}
    rules = digest(sections=(SectionRules(title="All", take=9),))
    twice = placed = links = again = 0
    for seed in range(count):
        selection = select(random.Random(seed).sample(found, min(size, len(found))), digest=rules, now=NOW)
        told = [events[slot.story.id] for slot in selection.slots]
        twice += sum(told.count(name) * (told.count(name) - 1) // 2 for name in set(told))
        placed += len(told)
        for slot in selection.slots:
            elsewhere = set(told) - {events[slot.story.id]}
            links += len(slot.related)
            again += sum(events[related.story.id] in elsewhere for related in slot.related)
    return {
        "pools": count, "stories in each": size, "placed": placed, "same-event pairs": twice,
        "links": links, "of another slot's event": again,
    }  # fmt: skip


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


def digest(**fields: Any) -> Digest:
    """Return a daily digest."""
    cadence = Cadence(written="daily at 07:00", times=(clock(7),))
    return Digest(id="bench", title="Bench", cadence=cadence, stories=StoryRules(), **fields)


def speed(counts: Sequence[int]) -> list[dict[str, Any]]:
    """Return the time of one whole selection for each number of candidates."""
    results = []
    for count in counts:
        stories = made(count)
        cpu, wall = time.process_time(), time.perf_counter()
        select(stories, digest=digest(), now=NOW)
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
    parser.add_argument("--foreign", type=Path)
    parser.add_argument("--pools", type=int, default=0)
    parser.add_argument("--speed", type=int, nargs="+", default=[])
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    files = asked.data or LABELLED
    special = asked.foreign or asked.pools or asked.speed
    results = [
        quality(path, asked.fields)
        for path in ([] if special and not asked.data else files)
        if not asked.pools
    ]
    results += [foreign(asked.foreign, asked.fields)] if asked.foreign else []
    results += [[pools(files, asked.pools)]] if asked.pools else []
    results += [speed(asked.speed)] if asked.speed else []
    if asked.json:
        print(json.dumps([result for group in results for result in group]))
        return
    print(f"one setting: {setting()}; seeds: pools their number, else 1")
    for group in results:
        table(group)


if __name__ == "__main__":
    main()
