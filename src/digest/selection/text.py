"""Words of a story as numbers: what is counted, in which field, in every script.

A term is a 32-bit hash (CRC-32) of a folded, lightly stemmed word, so no vocabulary has to
be kept: two processes, or two years, give the same term the same number. Languages that set
no spaces are cut into overlapping pairs of characters; Vietnamese, whose words are several
syllables, also gets pairs of syllables. Neither needs a dictionary.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from digest.model.story import Story
from digest.model.text import fold, plain, primary

#: Numbers stay whole (`1,200`), words keep an inner apostrophe, Indic and Arabic marks belong to the word.
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W_][\w\u0300-\u036f\u064b-\u0652\u0900-\u0dff]*(?:['’][^\W\d_]+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_VIETNAMESE = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")

#: Words that say nothing about an event; other languages rely on the document frequency alone.
_STOP_WORDS = """
a about after all also an and are as at be been but by can could did do for from had has have he her his how
i if in into is it its just may more most new no not of on one or out over said say says she so some than that
the their them then there they this to up was we were what when which who will with would you your
"""
STOP = frozenset(_STOP_WORDS.split())

FIELDS = 3  #: headline, standfirst, body: in this order everywhere

Terms = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The terms of one story, field by field, repeated as often as they occur; 0 is never a term."""

    headline: Terms
    standfirst: Terms
    body: Terms

    @property
    def fields(self) -> tuple[Terms, Terms, Terms]:
        """Return the three fields in their order."""
        return self.headline, self.standfirst, self.body


def words_of(story: Story) -> Words:
    """Return the terms of `story`."""
    body = plain("\n".join(story.body))
    syllabic = _is_vietnamese(story.language, f"{story.headline} {story.standfirst} {body[:400]}")
    return Words(
        headline=terms(story.headline, syllabic=syllabic),
        standfirst=terms(story.standfirst, syllabic=syllabic),
        body=terms(body, syllabic=syllabic),
    )


def terms(text: str, *, syllabic: bool = False) -> Terms:
    """Return the terms of `text` in their order.

    Args:
        syllabic: also count pairs of neighbours, for languages that write syllables apart.
    """
    tokens = _WORD.findall(_lowered(text))
    if not text.isascii() and _UNSPACED.search(text):
        tokens = [piece for token in tokens for piece in _pieces(token)]
    found = [number for token in tokens if (number := _term(token))]
    if syllabic:
        found.extend(crc32(b"%d %d" % pair) or 1 for pair in pairwise(found))
    return np.array(found, dtype=np.uint32)


def text_key(story: Story) -> str:
    """Return what copies of one text share, whoever delivers it: the words, in their order."""
    return " ".join(_WORD.findall(_lowered(story.text)))


def _lowered(text: str) -> str:
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).lower()


@lru_cache(maxsize=1 << 18)
def _term(token: str) -> int:
    if token in STOP or (len(token) == 1 and token.isascii() and token.isalpha()):
        return 0
    return crc32(stem(token if token.isascii() else fold(token)).encode()) or 1


def stem(word: str) -> str:
    """Return `word` without the endings that most often hide that two words are one."""
    word = word.replace("’", "'").removesuffix("'s").rstrip("'")
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


def _pieces(token: str) -> Sequence[str]:
    """Return `token`, its runs in a script without spaces cut into overlapping pairs."""
    pieces: list[str] = []
    end = 0
    for run in _UNSPACED.finditer(token):
        pieces.append(token[end : run.start()])
        characters = run.group()
        pieces.extend(characters[at : at + 2] for at in range(max(1, len(characters) - 1)))
        end = run.end()
    pieces.append(token[end:])
    return [piece for piece in pieces if piece]


def _is_vietnamese(language: str, sample: str) -> bool:
    if language:
        return primary(language) == "vi"
    return len(_VIETNAMESE.findall(sample)) >= 3
