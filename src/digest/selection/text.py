"""Words of a story as numbers: what is counted, in every script.

A term is a 32-bit number made from a folded, shortened word (CRC-32), so no vocabulary has
to be kept: two processes, or two years, give the same word the same number. Languages that
set no spaces are cut into overlapping pairs of characters; Vietnamese, whose words are
several syllables, also gets pairs of syllables. The opening of a story also counts in
pieces of words, which hold together what endings, compounds and spellings tear apart.
None of this needs a dictionary.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from digest.model.story import Story
from digest.model.text import fold, plain, primary

Terms = NDArray[np.uint32]

READ = 1600  #: characters of a story that are read: more of it was measured to add nothing
OPENING = 200  #: characters whose words also count in pieces
STEM = 6  #: characters of a word that count
PIECE = 4  #: characters of a piece
PIECES = 0x8000_0000  #: set in terms that are pieces, clear in words

#: `1,200`, `U.S.` and `chef's` are one word each; Indic and Arabic marks belong to their word.
_MARKS = r"\u0300-\u036f\u064b-\u0652\u0900-\u0dff"
_WORD = re.compile(rf"[^\W_][\w{_MARKS}]*(?:['’.,][^\W_][\w{_MARKS}]*)*")
_ASCII_WORD = re.compile(r"[a-z0-9]\w*(?:['.,][a-z0-9]\w*)*", re.ASCII)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_VIETNAMESE = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")

#: English words that say nothing about an event; elsewhere the document frequency alone finds them.
_STOP_WORDS = """
a about after all also an and are as at be been but by can could did do for from had has have he her his how
i if in into is it its just may more most new no not of on one or out over said say says she so some than that
the their them then there they this to up was we were what when which who will with would you your
"""
STOP = frozenset(_STOP_WORDS.split())


def terms_of(story: Story) -> Terms:
    """Return the terms of `story`, repeated as often as they occur; 0 is never one."""
    text = f"{story.headline}\n{story.standfirst}\n{_body(story)}"[:READ]
    syllabic = primary(story.language) == "vi" if story.language else len(_VIETNAMESE.findall(text[:400])) > 3
    found = _numbers(text, syllabic=syllabic)
    for token in tokens(text[:OPENING]):
        found.extend(_pieces(token))
    return np.array(found, dtype=np.uint32)


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
    lowered = unicodedata.normalize("NFC", text).lower()
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
        found += [_hashed(b"%d %d" % pair) for pair in pairwise(found)]
    return found


@lru_cache(maxsize=1 << 18)
def _word(token: str) -> int:
    """Return the number of a word, 0 for one that says nothing."""
    if token in STOP or (len(token) == 1 and token.isascii() and token.isalpha()):
        return 0
    return _hashed(_bare(token)[:STEM].encode())


@lru_cache(maxsize=1 << 16)
def _pieces(token: str) -> tuple[int, ...]:
    """Return the numbers of a word's pieces, its ends marked."""
    if not _word(token) or _UNSPACED.match(token):
        return ()
    marked = f"^{_bare(token)}$"
    starts = range(max(1, len(marked) - PIECE + 1))
    return tuple(_hashed(marked[at : at + PIECE].encode()) | PIECES for at in starts)


def _bare(token: str) -> str:
    """Return a word folded, without apostrophes and an English possessive; abbreviations without points."""
    if token.isascii() and token.isalnum():
        return token
    word = fold(token.replace("’", "'")).removesuffix("'s").replace("'", "")
    return word if word[:1].isdigit() else word.replace(".", "").replace(",", "")


def _hashed(data: bytes) -> int:
    return (crc32(data) & ~PIECES) or 1


def _pairs(token: str) -> Sequence[str]:
    """Return `token`, its runs in a script without spaces cut into overlapping pairs."""
    found: list[str] = []
    end = 0
    for run in _UNSPACED.finditer(token):
        found.append(token[end : run.start()])
        characters = run.group()
        found.extend(characters[at : at + 2] for at in range(max(1, len(characters) - 1)))
        end = run.end()
    found.append(token[end:])
    return [piece for piece in found if piece]
