"""Words of the trade in many languages, from `phrases.toml` beside this file.

Phrases are compared after `model.text.fold`, so accents and case need no second spelling
there. The words for pictures keep their accents: `ảnh` is a picture, Anh is a name.
"""

import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from digest.model.text import fold, squeeze

_TOLD: Mapping[str, Any] = tomllib.loads(
    files("digest.sources").joinpath("phrases.toml").read_text(encoding="utf-8")
)


def lowered(text: str) -> str:
    """Return `text` for comparing with the words for pictures: no case, accents kept."""
    return squeeze(text).casefold()


def _folded(name: str, how: Callable[[str], str] = fold) -> tuple[str, ...]:
    """Return the phrases under `name`, folded, longest first, so that none hides another."""
    return tuple(sorted({how(phrase) for phrase in _TOLD[name]}, key=lambda word: (-len(word), word)))


SEE_MORE = frozenset(_folded("see_more"))
PHOTO = _folded("photo", lowered)
NEEDS_COLON = frozenset(_folded("needs_colon", lowered))
SOURCES = frozenset(_folded("sources", lowered))
OF = tuple(_TOLD["of"])
COURTESY = _folded("courtesy", lowered)
AGENCIES = frozenset(_folded("agencies"))
BYLINE = _folded("byline")
EMBARGO = _folded("embargo")
LABELS = frozenset(_folded("labels"))
END_LINES = frozenset(_folded("end_lines"))
#: Month names and their numbers.
MONTHS: Mapping[str, int] = {
    fold(name.strip(".").replace("_", " ")): number
    for number, names in enumerate(_TOLD["months"], 1)
    for name in names.split()
}
