"""Authors' HTML, made fit for mail: cleaned again, kept shallow, shortened where it may be cut.

Sources clean what they read; this cleans once more, because a story may also come from an
editor's hand or an old archive, and because the compiler must never see foreign markup that
is not well formed. What is kept is inline HTML, as a paragraph of a story may hold it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digest.model.text import WITHOUT_SPACES, headline_key, plain, primary, squeeze, truncate
from digest.render.markup import depth

MAX_DEPTH = 24  #: of tags in one paragraph; deeper is an attack or an accident, and only its words are kept
SAID_AGAIN = 0.45  #: share of a paragraph's words that stood before it, from which it says nothing new
MAX_CHARACTERS = 20_000  #: of one paragraph's markup

_TAGS = frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s",
     "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr")
)  # fmt: skip
_ATTRIBUTES = {"*": {"lang", "dir", "title"}, "a": {"href"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
#: Cc but for white space, surrogates, non-characters, and the overrides LRO and RLO.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202d\u202e]")
_EMPTY = re.compile(r"<(\w+)[^>]*>\s*</\1>")
_BARE_LINK = re.compile(r"<a>(.*?)</a>", re.DOTALL)  # its address was no address
#: The end of a sentence: a mark, closing quotes, then a blank; or a full-width mark.
#: Titles and initials end none.
_TITLES = "".join(rf"(?<!\b{title}\.)" for title in ("Dr", "Mr", "Ms", "Mrs", "St", "Prof", "[A-Z]"))
_SENTENCE = re.compile(rf"{_TITLES}(?<=[.!?…؟])[\"'”’»)\]]*\s+|(?<=[。！？])[”’」』）]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Paragraphs as a mail shows them."""

    paragraphs: tuple[str, ...] = ()  #: cleaned inline HTML
    shortened: bool = False  #: there was more
    flattened: bool = False  #: markup was thrown away because it was too deep or too long


def printable(text: str) -> str:
    """Return `text` in NFC on one line, without what no reader can see and a compiler trips over.

    Control characters, half characters and the two overrides that turn the rest of a line
    around go; joiners, direction marks and isolates stay, since scripts need them.
    """
    return squeeze(_UNPRINTABLE.sub(" ", text))


def clean(fragment: str) -> tuple[str, bool]:
    """Return `fragment` as well-formed inline HTML, and whether its markup had to be thrown away."""
    fragment = _UNPRINTABLE.sub(" ", fragment)
    if "<" not in fragment and "&" not in fragment:
        return fragment.strip(), False
    if len(fragment) > MAX_CHARACTERS or depth(fragment, MAX_DEPTH) >= MAX_DEPTH:
        return _escaped(truncate(plain(fragment[: 4 * MAX_CHARACTERS]), MAX_CHARACTERS)), True
    import nh3  # an extension module; not wanted by commands that render nothing

    cleaned = nh3.clean(
        fragment,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        url_relative="deny",
    )
    return _EMPTY.sub("", _BARE_LINK.sub(r"\1", cleaned)).strip(), False


def whole(paragraphs: Sequence[str], *, most: int = 40) -> Prose:
    """Return `paragraphs` cleaned, the first `most` of them."""
    cleaned = [clean(paragraph) for paragraph in paragraphs[:most]]
    return Prose(
        paragraphs=tuple(text for text, _ in cleaned if plain(text)),
        shortened=len(paragraphs) > most,
        flattened=any(flattened for _, flattened in cleaned),
    )


def shorten(paragraphs: Sequence[str], limit: int, language: str) -> Prose:
    """Return the first whole paragraphs that fit into about `limit` visible characters, at least one.

    A first paragraph that is longer than that is cut behind a sentence, else between words.
    A third more is allowed rather than to leave a last short paragraph out.
    """
    taken: list[str] = []
    used = 0
    flattened = False
    for paragraph in paragraphs:
        text, flat = clean(paragraph)
        length = len(plain(text))
        if not length:
            continue
        if taken and used + length > limit:
            break
        flattened = flattened or flat
        taken.append(text)
        used += length
    else:
        if used <= limit * 4 // 3:
            return Prose(paragraphs=tuple(taken), flattened=flattened)
    cut = used > limit * 4 // 3
    if cut:
        taken = [_escaped(sentences(plain(taken[0]), limit, language))]
    return Prose(paragraphs=tuple(taken), shortened=cut or len(taken) < len(paragraphs), flattened=flattened)


def sentences(text: str, limit: int, language: str) -> str:
    """Return the whole sentences of `text` that fit into `limit` characters, else a cut one."""
    if len(text) <= limit:
        return text
    end = 0
    for match in _SENTENCE.finditer(text):
        if match.end() > limit:
            break
        end = match.end()
    return text[:end].rstrip() if end > limit // 3 else truncate(text, limit, language)


def room(characters: int, language: str) -> int:
    """Return how many characters say as much as `characters` of English do."""
    return characters * 2 // 5 if primary(language) in WITHOUT_SPACES else characters


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def without_repeats(texts: Iterable[str]) -> str:
    """Return `texts` as one, without those that mostly say again what stands before them.

    A standfirst and the first paragraph often are the same sentence twice.
    """
    told: list[str] = []
    known: set[str] = set()
    for text in texts:
        words = set(headline_key(text).split())
        if words and len(words & known) < SAID_AGAIN * len(words):
            told.append(text)
            known |= words
    return " ".join(told)
