"""Words of many languages: folding, plain text, truncation, direction.

Nothing here needs a dictionary or a segmenter; what it must know of a script stands in
the tables below.
"""

import html
import re
import unicodedata

#: Languages written from right to left (primary subtags).
RIGHT_TO_LEFT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")
)

#: Languages that set no spaces between words: cut between characters, not between words.
WITHOUT_SPACES = frozenset(["zh", "ja", "th", "lo", "km", "my", "yue"])

ELLIPSIS = "…"
_TAG = re.compile(r"<[^>]*>")
_TAG_OR_COMMENT = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^>]*>", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w]+")


def primary(language: str) -> str:
    """Return the primary subtag: `zh` for `zh-Hant-TW`; empty for empty."""
    return re.split(r"[-_]", language.strip().lower(), maxsplit=1)[0]


def direction(language: str) -> str:
    """Return `rtl` or `ltr`, as HTML's `dir` wants it; a script subtag wins over the language."""
    subtags = re.split(r"[-_]", language.strip().lower())
    if any(tag in ("arab", "hebr", "syrc", "thaa", "nkoo") for tag in subtags[1:]):
        return "rtl"
    if "latn" in subtags[1:] or "cyrl" in subtags[1:]:
        return "ltr"
    return "rtl" if subtags[0] in RIGHT_TO_LEFT else "ltr"


def fold(text: str) -> str:
    """Return `text` for matching across spellings: no case, no accents, `đ` as `d`.

    Vietnamese needs the extra step: `đ` has no decomposition (Unicode 15, UAX #15).
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFKC", bare.replace("đ", "d").replace("ł", "l").replace("ø", "o"))


def squeeze(text: str) -> str:
    """Return `text` in NFC with every run of white space as one blank, and none at the ends."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def headline_key(headline: str) -> str:
    """Return what two prints of one headline share: words only, no case, accents kept."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", headline).casefold()).strip()


def plain(fragment: str) -> str:
    """Return the text of cleaned inline HTML: tags gone, entities resolved, spaces squeezed."""
    if "<" not in fragment and "&" not in fragment:
        return squeeze(fragment)
    return squeeze(html.unescape(_without_tags(fragment)))


def _without_tags(fragment: str) -> str:
    """Return `fragment` without tags, in one pass: no tag or comment is looked for where none can end."""
    end = fragment.rfind(">") + 1
    spaced = "".join((_BREAK.sub(" ", fragment[:end]), fragment[end:]))  # a sum would escape Markup
    commented = spaced.rfind("-->") + 3 if "-->" in spaced else 0
    end = max(commented, spaced.rfind(">") + 1)
    head, tail = spaced[:commented], spaced[commented:end]
    return "".join((_TAG_OR_COMMENT.sub("", head), _TAG.sub("", tail), spaced[end:]))


def clusters(text: str) -> list[str]:
    """Return the characters of `text` as readers see them: marks, joiners and flags stay together.

    A close approximation of UAX #29 grapheme clusters without its tables.
    """
    out: list[str] = []
    for character in text:
        joins = (
            unicodedata.combining(character)
            or unicodedata.category(character) in ("Mn", "Mc", "Me")
            or character in "\u200d\ufe0e\ufe0f"
            or "\U0001f3fb" <= character <= "\U0001f3ff"
        )
        flag = "\U0001f1e6" <= character <= "\U0001f1ff"
        if out and (
            joins or out[-1].endswith("\u200d") or (flag and len(out[-1]) == 1 and _is_flag(out[-1]))
        ):
            out[-1] += character
        else:
            out.append(character)
    return out


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def truncate(text: str, limit: int, language: str = "") -> str:
    """Return `text` in at most `limit` visible characters, cut where the language allows, with an ellipsis.

    Args:
        text: plain text.
        limit: visible characters, the ellipsis included; at least 2.
        language: BCP 47; Chinese, Japanese, Thai, Lao, Khmer and Burmese are cut between characters.
    """
    text = squeeze(text)
    marks = clusters(text)
    if len(marks) <= limit:
        return text
    head = marks[: limit - 1]
    spaced = primary(language) not in WITHOUT_SPACES and " " in head[limit // 2 :]
    if spaced and marks[limit - 1] != " ":
        while head and head[-1] != " ":
            head.pop()
    return "".join(head).rstrip(" ,;:.–—-、，。；：،؛") + ELLIPSIS


def words(text: str, language: str = "") -> int:
    """Return the number of words; for languages without spaces an estimate, two characters a word."""
    if primary(language) in WITHOUT_SPACES:
        return (sum(1 for character in text if character.isalnum()) + 1) // 2
    return len(text.split()) - sum(text.count(f" {dash} ") for dash in "-–—")


def reading_minutes(text: str, language: str = "") -> int:
    """Return whole minutes, at least 1, at 230 words a minute (500 characters where no spaces are set)."""
    if primary(language) in WITHOUT_SPACES:
        return max(1, round(sum(1 for character in text if character.isalnum()) / 500))
    return max(1, round(words(text, language) / 230))


def slug(text: str) -> str:
    """Return `text` as lower-case ASCII words joined by hyphens; empty when nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
