"""The archive as an index: who is near a story among 100,000, and how common each word is there.

Texts are added in segments, which never change; several small ones are merged into a larger one.
A segment holds, for every word, the texts that use it. A search walks through the lists of the
story's own words alone, so it costs what these lists are long, not what the archive is large.

Source: inverted files with merged segments, as in Zobel and Moffat, "Inverted files for text
search engines", ACM Computing Surveys 38(2), 2006.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from digest.selection.rows import NOTHING, Floats, Frequencies, Ints, Keys, keys_of, rarity_of
from digest.selection.text import PIECES, Terms, Text

FORMAT = 3  #: of a segment's bytes and of its words; another one is made anew from the stories
MOST = 16_384  #: texts in one segment
ASKED = 40  #: words of a story that are looked up, its most telling ones
MERGED = 4  #: segments of about one size that become one

_EVEN = 1e-5
_LOG_TF = 1.0 + np.log(np.maximum(np.arange(256), 1))
_PARTS = (
    "numbers", "hours", "languages", "counted", "norms", "terms", "starts", "texts", "times",
    "keys", "counts",
)  # fmt: skip
_KINDS = ("<i8", "<f4", "<u4", "u1", "<f4", "<u4", "<u4", "<u2", "u1", "<u8", "<u4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A text to be added."""

    number: int  #: of the version of the story, ascending from one segment to the next
    hours: float  #: when it was published, on the time line of `pool.hours`
    text: Text
    counted: bool = True  #: in the frequencies; of a story with many versions only one is


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Up to MOST texts, and for every word which of them use it."""

    numbers: NDArray[np.int64]  #: of each text, ascending
    hours: NDArray[np.float32]
    languages: NDArray[np.uint32]
    counted: NDArray[np.uint8]  #: 1 for each text whose words are in `counts`
    norms: NDArray[np.float32]  #: length of each text's row, by the frequencies of its time
    terms: Terms  #: words, ascending
    starts: NDArray[np.uint32]  #: `texts[starts[i]:starts[i + 1]]` use terms[i]
    texts: NDArray[np.uint16]
    times: NDArray[np.uint8]  #: how often
    keys: Keys  #: of every term of every language, pieces of words too, ascending
    counts: NDArray[np.uint32]  #: counted texts with that key

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def newest(self) -> float:
        """Return the time of the newest text, in hours."""
        return float(self.hours.max())

    def to_bytes(self) -> bytes:
        """Return the segment as bytes, for the database."""
        parts = [
            np.ascontiguousarray(getattr(self, name), dtype=kind).tobytes()
            for name, kind in zip(_PARTS, _KINDS, strict=True)
        ]
        head = np.array([FORMAT, *map(len, parts)], dtype="<u4").tobytes()
        return head + b"".join(parts)


def segment_from(data: bytes) -> Segment | None:
    """Return the segment in `data`, None when another version of the program wrote it."""
    head = np.frombuffer(data, "<u4", len(_PARTS) + 1)
    if int(head[0]) != FORMAT:
        return None
    values: dict[str, NDArray[np.generic]] = {}
    at = head.nbytes
    for name, kind, size in zip(_PARTS, _KINDS, head[1:].tolist(), strict=True):
        values[name] = np.frombuffer(data, kind, size // np.dtype(kind).itemsize, at)
        at += size
    return Segment(**values)  # type: ignore[arg-type]  # each is of the kind that _KINDS says


def segment_of(entries: Sequence[Entry], known: Frequencies) -> Segment:
    """Return `entries`, at most MOST, as a segment.

    Args:
        known: how common terms are in what was read before.
    """
    owners = np.repeat(np.arange(len(entries)), [len(entry.text.terms) for entry in entries])
    terms = np.concatenate([entry.text.terms for entry in entries]) if entries else np.zeros(0, np.uint32)
    languages = np.array([entry.text.language for entry in entries], np.uint32)
    counted = np.array([entry.counted for entry in entries], np.uint8)
    new = counted[owners] == 1
    pairs, times = np.unique(
        (terms.astype(np.uint64) << np.uint64(32)) | owners.astype(np.uint64), return_counts=True
    )
    return _assembled(
        np.array([entry.number for entry in entries], np.int64),
        np.array([entry.hours for entry in entries], np.float32),
        languages,
        counted,
        (pairs >> np.uint64(32)).astype(np.uint32),
        (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64),
        np.minimum(times, 255).astype(np.uint8),
        known,
        _counted(languages, terms[new], owners[new]),
    )


def merge(segments: Sequence[Segment], known: Frequencies) -> Segment:
    """Return the texts of `segments`, in their order, as one segment."""
    shift = np.cumsum([0, *map(len, segments)])
    terms = np.concatenate([np.repeat(one.terms, np.diff(one.starts)) for one in segments])
    texts = np.concatenate([one.texts + at for one, at in zip(segments, shift[:-1], strict=True)])
    times = np.concatenate([one.times for one in segments])
    order = np.argsort((terms.astype(np.uint64) << np.uint64(32)) | texts.astype(np.uint64))
    return _assembled(
        np.concatenate([one.numbers for one in segments]),
        np.concatenate([one.hours for one in segments]),
        np.concatenate([one.languages for one in segments]),
        np.concatenate([one.counted for one in segments]),
        terms[order], texts[order], times[order], known,
        _summed((one.keys for one in segments), (one.counts for one in segments)),
    )  # fmt: skip


def to_merge(sizes: Sequence[int]) -> slice | None:
    """Return which neighbouring segments of these sizes become one, None when none need to.

    Each text is so rewritten a few times in its life, and there are never many segments.
    """
    levels = [_level(size) for size in sizes]
    for start in range(len(sizes) - MERGED, -1, -1):
        run = slice(start, start + MERGED)
        if len(set(levels[run])) == 1 and sum(sizes[run]) <= MOST:
            return run
    return None


class Index:
    """All segments, ready to be searched; the oldest first."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        self.frequencies = frequencies_of(self.segments)

    def __len__(self) -> int:
        return sum(map(len, self.segments))

    def nearest(self, text: Text, *, most: int, since: float = -np.inf) -> list[tuple[int, float]]:
        """Return (number, likeness) of the texts that are most like `text`, the most alike first.

        Args:
            most: how many; fewer where fewer share a telling word.
            since: only what was published then or later, in hours.
        """
        terms, weights = self._asked(text)
        numbers, scores = [], []
        least = 0.0  # nothing below this is among the nearest
        for segment in self.segments:
            if segment.newest < since:
                continue
            score = _score(segment, terms, weights)
            chosen = np.flatnonzero(score > max(least - _EVEN, 0.0))
            chosen = chosen[segment.hours[chosen] >= since]
            found = score[chosen]
            if len(found) > most:
                least = max(least, float(np.partition(found, -most)[-most]))
                chosen, found = chosen[found >= least - _EVEN], found[found >= least - _EVEN]
            numbers.append(segment.numbers[chosen])
            scores.append(found)
        if not numbers:
            return []
        number, score = np.concatenate(numbers), np.concatenate(scores)
        order = np.lexsort((-number, -np.round(score, 5)))[:most]
        return [(int(number[at]), float(score[at])) for at in order]

    def _asked(self, text: Text) -> tuple[Terms, Floats]:
        """Return the telling words of `text`, each with its weight in a product of two rows."""
        terms, times = np.unique(text.terms[(text.terms & np.uint32(PIECES)) == 0], return_counts=True)
        rarity = rarity_of(keys_of(text.language, terms), self.frequencies)
        weights = _LOG_TF[np.minimum(times, 255)] * rarity
        length = float(np.sqrt((weights * weights).sum())) or 1.0
        heavy = np.sort(np.argsort(-weights)[:ASKED])
        heavy = heavy[weights[heavy] > 0.0]
        return terms[heavy], (weights * rarity / length)[heavy]


def frequencies_of(segments: Iterable[Segment]) -> Frequencies:
    """Return in how many of all texts each term is, language by language."""
    segments = tuple(segments)
    keys, counts = _summed((one.keys for one in segments), (one.counts for one in segments))
    languages = [one.languages[one.counted == 1] for one in segments]
    names, totals = np.unique(np.concatenate(languages or [np.zeros(0, np.uint32)]), return_counts=True)
    return Frequencies(
        keys=keys,
        texts=counts.astype(np.int64),
        totals={int(name): int(total) for name, total in zip(names, totals, strict=True)},
    )


def frequencies_to_bytes(known: Frequencies) -> bytes:
    """Return frequencies as bytes, for the database."""
    names = np.array(sorted(known.totals), "<u8")
    totals = np.array([known.totals[int(name)] for name in names], "<u8")
    head = np.array([FORMAT, len(names), len(known.keys)], "<u8")
    parts = (head, names, totals, known.keys.astype("<u8"), known.texts.astype("<u4"))
    return zlib.compress(b"".join(part.tobytes() for part in parts), 1)


@lru_cache(maxsize=2)  # an edition is set again and again with the same state
def frequencies_from(data: bytes) -> Frequencies:
    """Return the frequencies in `data`; none at all when another version of the program wrote them."""
    raw = zlib.decompress(data)
    form, languages, keys = np.frombuffer(raw, "<u8", 3).tolist()
    if form != FORMAT:
        return NOTHING
    names, totals, found = np.split(
        np.frombuffer(raw, "<u8", 2 * languages + keys, 24), [languages, 2 * languages]
    )
    return Frequencies(
        keys=found,
        texts=np.frombuffer(raw, "<u4", keys, 24 + 8 * (2 * languages + keys)).astype(np.int64),
        totals={int(name): int(total) for name, total in zip(names, totals, strict=True)},
    )


def _level(size: int) -> int:
    return (max(size, 1).bit_length() - 1) // 2  # fourfold steps


def _score(segment: Segment, terms: Terms, weights: Floats) -> Floats:
    """Return how alike every text of `segment` is to the words asked for."""
    at = np.searchsorted(segment.terms, terms)
    at[at == len(segment.terms)] = 0
    there = segment.terms[at] == terms if len(segment.terms) else np.zeros(len(terms), bool)
    at, weights = at[there], weights[there]
    begin = segment.starts[at].astype(np.int64)
    lengths = segment.starts[at + 1].astype(np.int64) - begin
    places = np.repeat(begin - np.cumsum(lengths) + lengths, lengths) + np.arange(int(lengths.sum()))
    entries = _LOG_TF[segment.times[places]] * np.repeat(weights, lengths)
    return np.bincount(segment.texts[places], entries, len(segment)) / segment.norms


def _assembled(
    numbers: NDArray[np.int64], hours: NDArray[np.float32], languages: NDArray[np.uint32],
    counted: NDArray[np.uint8], terms: Terms, texts: Ints, times: NDArray[np.uint8],
    known: Frequencies, summed: tuple[Keys, NDArray[np.uint32]],
) -> Segment:  # fmt: skip
    """Return a segment of entries that are sorted by term and text; pieces of words are only counted."""
    words = (terms & np.uint32(PIECES)) == 0
    terms, texts, times = terms[words], texts[words], times[words]
    weights = _LOG_TF[times] * rarity_of(keys_of(languages[texts].astype(np.int64), terms), known)
    squares = np.bincount(texts, weights * weights, len(numbers))
    distinct, starts = np.unique(terms, return_index=True)
    return Segment(
        numbers=numbers,
        hours=hours,
        languages=languages,
        counted=counted,
        norms=np.maximum(np.sqrt(squares), 1e-6).astype(np.float32),
        terms=distinct,
        starts=np.append(starts, len(terms)).astype(np.uint32),
        texts=texts.astype(np.uint16),
        times=times,
        keys=summed[0],
        counts=summed[1],
    )


def _counted(languages: NDArray[np.uint32], terms: Terms, owners: Ints) -> tuple[Keys, NDArray[np.uint32]]:
    """Return the keys of all terms, and in how many texts each is."""
    once = np.unique((terms.astype(np.uint64) << np.uint64(32)) | owners.astype(np.uint64))
    owner = (once & np.uint64(0xFFFFFFFF)).astype(np.int64)
    keys = keys_of(languages[owner].astype(np.int64), (once >> np.uint64(32)).astype(np.uint32))
    found, counts = np.unique(keys, return_counts=True)
    return found, counts.astype(np.uint32)


def _summed(keys: Iterable[Keys], counts: Iterable[NDArray[np.uint32]]) -> tuple[Keys, NDArray[np.uint32]]:
    """Return all keys once, with the sum of their counts."""
    all_keys, all_counts = list(keys), list(counts)
    if not all_keys:
        return np.zeros(0, np.uint64), np.zeros(0, np.uint32)
    found, at = np.unique(np.concatenate(all_keys), return_inverse=True)
    return found, np.bincount(at, np.concatenate(all_counts), len(found)).astype(np.uint32)
