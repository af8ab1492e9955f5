"""Words of a story as numbers: what is counted, in every script.

A term is a 32-bit number made from a folded, shortened word (CRC-32), so no vocabulary has
to be kept: two processes, or two years, give the same word the same number. Languages that
set no spaces are cut into overlapping pairs of characters; Vietnamese, whose words are
several syllables, also gets pairs of syllables. The opening of a story also counts in
pieces of words, which hold together what endings, compounds and spellings tear apart.
None of this needs a dictionary.

A term also carries its kind, because the length of a word tells how common it is in any
language that has an alphabet: with it, few texts can be compared before much has been read.
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

Terms = NDArray[np.uint32]
Kinds = NDArray[np.int64]

READ = 2400  #: characters of a story that are read, half as many where no spaces are set
OPENING = 200  #: characters whose words also count in pieces
STEM = 6  #: characters of a word that count
PIECE = 4  #: characters of a piece
PIECES = 0x8000_0000  #: set in terms that are pieces, clear in words
KIND_BITS = 28  #: the kind of a term stands above them

#: Share of texts that a term of each kind is in, before anything is known of it: words of one to five
#: letters, of six and more (and pairs of characters), pairs of syllables, numbers. Measured on ten languages.
COMMON_BY_KIND = (0.65, 0.45, 0.3, 0.1, 0.05, 0.03, 0.015, 0.05)
LONG, SYLLABLES, NUMBER = 5, 6, 7

#: Marks of Thai, Lao, Burmese and Khmer, the letters that stand under another one included.
_STACKED = (
    r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
    r"\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u17dd"
)
#: `1,200`, `U.S.` and `chef's` are one word each; a mark belongs to its word in every script.
_MARKS = rf"\u0300-\u036f\u064b-\u0652\u0900-\u0dff{_STACKED}"
_WORD = re.compile(rf"[^\W_][\w{_MARKS}]*(?:['’.,][^\W_][\w{_MARKS}]*)*")
_ASCII_WORD = re.compile(r"[a-z0-9]\w*(?:['.,][a-z0-9]\w*)*", re.ASCII)
#: Scripts cut into pairs: those without spaces, and Hangul, whose words carry their particles.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3]+"
)
#: A character with its marks; what follows a Khmer coeng or a Burmese virama stands under it.
_CHARACTER = re.compile(rf"[\s\S](?:[\u17d2\u1039][^{_STACKED}]|[{_STACKED}])*")
_VIETNAMESE = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
#: What is written together with the next word: the Arabic article, French and Italian elisions.
_ARTICLE = re.compile(r"^[وف]?(?:ال|بال|كال|لل)(?=\w{3})")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|dell|nell|all|sull|dall|un|gl|quest)'(?=\w\w)")

#: English words that say nothing about an event; elsewhere the document frequency alone finds them.
_STOP_WORDS = """
a about after all also an and are as at be been but by can could did do for from had has have he her his how
i if in into is it its just may more most new no not of on one or out over said say says she so some than that
the their them then there they this to up was we were what when which who will with would you your
"""
STOP = frozenset(_STOP_WORDS.split())


#: Stories whose words stay counted: the candidates of an edition are read at each change of it.
KEPT = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A story as it is compared: its terms, repeated as often as they occur, and its language."""

    terms: Terms  #: 0 is never one
    language: int  #: number of its primary subtag; 0 when the story does not say


@lru_cache(maxsize=KEPT)
def text_of(story: Story) -> Text:
    """Return the words of `story` as terms."""
    text = f"{story.headline}\n{story.standfirst}\n{_body(story)}"[:READ]
    if len(_UNSPACED.sub("", text)) < len(text) / 2:
        text = text[: READ // 2]
    language = primary(story.language) if story.language else ""
    syllabic = language == "vi" if language else len(_VIETNAMESE.findall(text[:400])) > 3
    found = _numbers(text, syllabic=syllabic)
    for token in tokens(text[:OPENING]):
        found.extend(_pieces(token))
    return Text(terms=np.array(found, dtype=np.uint32), language=language_number(language))


def language_number(language: str) -> int:
    """Return the number of a primary subtag, below 2 ** 31; 0 for an empty one."""
    return crc32(language.encode()) >> 1


def kinds_of(terms: Terms) -> Kinds:
    """Return the kind of each term: a position in COMMON_BY_KIND."""
    return ((terms >> np.uint32(KIND_BITS)) & np.uint32(7)).astype(np.int64)


def words_of(text: str) -> list[int]:
    """Return the words of `text` as terms, in their order, stop words left out."""
    return _numbers(text, syllabic=False)


def tellings(text: str) -> Terms:
    """Return the words of `text` that can tell what it is about: no numbers, no stop words."""
    found = [_word(token) for token in tokens(text) if not token[0].isdigit()]
    return np.array([number for number in found if number], dtype=np.uint32)


def tokens(text: str) -> list[str]:
    """Return the words of `text` in lower case; in scripts without spaces, pairs of characters."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    lowered = unicodedata.normalize("NFKC", text).lower()
    found = _WORD.findall(lowered)
    if _UNSPACED.search(lowered):
        return [pair for token in found for pair in _pairs(token)]
    return found


def _body(story: Story) -> str:
    """Return the head of the body as text; what is cut off would not be read anyway."""
    body = "\n".join(story.body)[: 3 * READ]
    if "<" not in body and "&" not in body:
        return body
    return plain(body[: body.rindex("<")] if body.rfind("<") > body.rfind(">") else body)


def _numbers(text: str, *, syllabic: bool) -> list[int]:
    found = [number for number in map(_word, tokens(text)) if number]
    if syllabic:
        found += [_hashed(b"%d %d" % pair, SYLLABLES) for pair in pairwise(found)]
    return found


@lru_cache(maxsize=1 << 18)
def _word(token: str) -> int:
    """Return the number of a word, 0 for one that says nothing."""
    if token in STOP or (len(token) == 1 and token.isascii() and token.isalpha()):
        return 0
    if _UNSPACED.match(token):
        return _hashed(token.encode(), LONG)
    word = _bare(token)[:STEM]
    if not word:
        return 0
    return _hashed(word.encode(), NUMBER if word[0].isdigit() else len(word) - 1)


@lru_cache(maxsize=1 << 16)
def _pieces(token: str) -> tuple[int, ...]:
    """Return the numbers of a word's pieces, its ends marked."""
    if not _word(token) or _UNSPACED.match(token):
        return ()
    marked = f"^{_bare(token)}$"
    kind = 4 if len(marked) > PIECE else 2
    starts = range(max(1, len(marked) - PIECE + 1))
    return tuple(_hashed(marked[at : at + PIECE].encode(), kind) | PIECES for at in starts)


def _bare(token: str) -> str:
    """Return a word folded, without what is only written together with it; abbreviations without points."""
    if token.isascii() and token.isalnum():
        return token
    word = fold(token.replace("’", "'")).removesuffix("'s")
    word = _ARTICLE.sub("", _ELIDED.sub("", word)).replace("'", "")
    return word if word[:1].isdigit() else word.replace(".", "").replace(",", "")


def _hashed(data: bytes, kind: int) -> int:
    return (crc32(data) & ((1 << KIND_BITS) - 1) or 1) | (kind << KIND_BITS)


def _pairs(token: str) -> Sequence[str]:
    """Return `token`, its runs in a script without spaces cut into overlapping pairs of characters.

    A single character is left out: it says as little as a single letter.
    """
    found: list[str] = []
    end = 0
    for run in _UNSPACED.finditer(token):
        found.append(token[end : run.start()])
        found.extend(map("".join, pairwise(_CHARACTER.findall(run.group()))))
        end = run.end()
    found.append(token[end:])
    return [piece for piece in found if piece.strip("'’.,")]
