"""Whether a story that comes under a name that another one had is that story, or other news.

A feed without links names its items by guids alone, and some count theirs from 1 again. What
is edited keeps words: of its headline, or whole turns of its text. Other news keeps neither.
"""

import re
from functools import lru_cache
from itertools import pairwise

from digest.model.story import Story
from digest.model.text import fold, squeeze

TURN = 12  #: characters of a turn of phrase; 5 where no spaces are set
SHARED_TURNS = 0.1  #: share of the shorter text's turns from which two texts are one
SHARED_WORDS = 0.5  #: share of a headline's words, found in the other story, from which it is that story
LONG = 4  #: letters of a word that tells something
SYLLABIC = 5.3  #: letters of a word and its blank, below which words are syllables
READ = 3000  #: characters of a story that are read

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_BETWEEN = re.compile(r"[!-/:-@\[-`{-\u00bf\u2000-\u206f\u3000-\u303f]+")


def other_news(story: Story, *, than: Story) -> bool:
    """Whether `story` shares nothing with `than` that a new version of it would.

    The same hour of publication makes it the same story, whatever it says.
    """
    if story.published is not None and story.published == than.published:
        return False
    one, other = _read(story.text), _read(than.text)
    turns = _turns(one), _turns(other)
    if all(turns) and len(turns[0] & turns[1]) >= SHARED_TURNS * min(map(len, turns)):
        return False
    return not (_told(story.headline, other) or _told(than.headline, one))


def _told(headline: str, text: str) -> bool:
    """Whether the words of a headline stand in a text."""
    words = _pieces(_read(headline))
    if not words:
        return True  # nothing to go by
    return sum(word in text for word in words) >= SHARED_WORDS * len(words)


def _pieces(text: str) -> set[str]:
    """Return the longer words of `text`, without endings; else pairs: of syllables, of characters."""
    if not _spaced(text):
        return {text[at : at + 2] for at in range(len(text) - 1)}
    words = text.split()
    long = {word[:6] for word in words if len(word) >= LONG}
    if len(long) > 2 and len(text) > SYLLABIC * len(words):
        return long
    return set(map(" ".join, pairwise(words))) or set(words)


def _turns(text: str) -> frozenset[str]:
    size = TURN if _spaced(text) else TURN // 2 - 1
    return frozenset(text[at : at + size] for at in range(len(text) - size + 1))


def _spaced(text: str) -> bool:
    return 2 * len(_UNSPACED.findall(text)) < len(text)


@lru_cache(maxsize=1 << 10)
def _read(text: str) -> str:
    return squeeze(_BETWEEN.sub(" ", fold(text[:READ])))
