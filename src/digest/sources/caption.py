"""Captions and credits: what a picture shows, and who made it, from one printed line.

Wire copy prints both as one line, `A bridge at dusk. (Photo: NPA)`; they are two things.
"""

import re
from dataclasses import dataclass

from digest.model.text import fold, squeeze
from digest.sources.phrases import AGENCIES, COURTESY, NEEDS_COLON, OF, PHOTO, SOURCES, lowered

_BRACKETS = re.compile(
    r"^(?P<before>.*?)\s*[(（\[【](?P<inner>[^()（）\[\]【】]{1,160})[)）\]】]\s*[.。]?$", re.DOTALL
)
_LEADING = re.compile(r"^[(（\[【](?P<inner>[^()（）\[\]【】]{1,160})[)）\]】]\s*(?P<after>\S.*)$", re.DOTALL)
_BY = re.compile(rf"^(?:(?:{'|'.join(re.escape(word) for word in OF)})\b|[-–—/|:：])\s*", re.I)
_COPYRIGHT = re.compile(r"(?:^|[\s.,;|–—-])©\s*(?P<credit>[^©]{1,100})$")
_SHOT_BY = re.compile(r"(?<=[。！？.\s])(?P<credit>[^\s。！？]{2,24}?)\s*(?:摄|攝|撮影)[。.]?$")
_PICTURE_OF = re.compile(
    r"(?<=[。！？.\s])(?P<credit>[^\s。！？]{2,12}?)\s*(?:图片?|圖片?|供图|供圖|提供|资料图)[。.]?$"
)
#: A source named at the end of a line is no proof of a picture; any other photo word is.
_LABELS = frozenset(PHOTO) - SOURCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A printed caption line, taken apart."""

    caption: str
    credit: str = ""
    sure: bool = True  #: False: the credit was told by its form only


def split_credit(line: str) -> Caption:
    """Return what `line` shows and whom it credits; the whole line as caption when it credits nobody."""
    line = squeeze(line)
    if found := _BRACKETS.match(line):
        named = credit_in(found["inner"])
        if named is not None:
            return Caption(caption=found["before"].rstrip(" -–—|"), credit=named)
        if is_agency(found["inner"]) and found["before"]:
            return Caption(caption=found["before"].rstrip(" -–—|"), credit=squeeze(found["inner"]))
        if _looks_like_owner(found["inner"]) and found["before"]:
            return Caption(caption=found["before"], credit=squeeze(found["inner"]), sure=False)
    if (found := _LEADING.match(line)) and (named := credit_in(found["inner"])) is not None:
        return Caption(caption=found["after"], credit=named)
    return _without_brackets(line)


def is_credited(line: str) -> bool:
    """Whether `line` surely credits a picture: then it is a caption, whatever else it looks like."""
    parts = split_credit(line)
    return bool(parts.credit) and parts.sure


def is_agency(name: str) -> bool:
    """Whether `name` is a news agency's signature, alone or joined with others by a slash or plus."""
    whole = fold(squeeze(name))
    if whole in AGENCIES:
        return True
    parts = [part.strip() for part in re.split(r"[/+&,-]", whole)]
    return len(parts) > 1 and all(part in AGENCIES for part in parts if part)


def credit_in(words: str) -> str | None:
    """Return whom the words of a bracket credit; None when they speak of no picture."""
    words = squeeze(words)
    low = lowered(words)
    for photo in PHOTO:
        if not _begins(low, photo):
            continue
        rest = words[len(photo) :].lstrip()
        if rest[:1] in (":", "：", "/", "|"):
            return rest[1:].strip()
        if photo in NEEDS_COLON and not _speaks_of_owner(lowered(rest)):
            continue
        return _BY.sub("", rest).strip() if rest else None
    for photo in PHOTO:
        if low.endswith(" " + photo) and photo not in NEEDS_COLON:
            return words[: len(words) - len(photo)].strip(" -–—/|,:")
    if _speaks_of_owner(low):
        return words.lstrip("© ")
    return None


def _begins(low: str, photo: str) -> bool:
    """Whether `low` begins with the word `photo`; scripts without spaces need no word's end."""
    if not low.startswith(photo):
        return False
    spaced = photo[-1] < "\u0e00"
    return not (spaced and photo[-1].isalnum() and low[len(photo) : len(photo) + 1].isalnum())


def _speaks_of_owner(low: str) -> bool:
    return any(word in low for word in COURTESY)


def _looks_like_owner(words: str) -> bool:
    bare = re.sub(r"[\s/+&.,-]", "", words)
    return 2 <= len(bare) <= 12 and bare.isascii() and bare.isupper() and bare.isalpha()


def _without_brackets(line: str) -> Caption:
    if found := _COPYRIGHT.search(line):
        return Caption(caption=line[: found.start()].rstrip(" |–—-"), credit=found["credit"].strip())
    head, colon, tail = _last_colon(line)
    if colon and 0 < len(tail) <= 100 and (cut := _label_at_end(head)) is not None:
        return Caption(caption=head[:cut].rstrip(" |–—-/"), credit=tail)
    if found := _SHOT_BY.search(line):
        return Caption(caption=line[: found.start()].rstrip(), credit=found["credit"])
    if found := _PICTURE_OF.search(line):
        credit = found["credit"]
        return Caption(caption=line[: found.start()].rstrip(), credit=credit, sure=is_agency(credit))
    return Caption(caption=line)


def _last_colon(line: str) -> tuple[str, str, str]:
    at = max(line.rfind(":"), line.rfind("："))
    return (line[:at].rstrip(), line[at], line[at + 1 :].strip()) if at > 0 else (line, "", "")


def _label_at_end(head: str) -> int | None:
    """Return where a photo word begins that ends `head`, at a sentence's or word's beginning."""
    for start in range(len(head) - 1, max(-1, len(head) - 24), -1):
        at_word = start == 0 or not head[start - 1].isalnum() or ord(head[start]) > 0x2E80
        if at_word and lowered(head[start:]) in _LABELS:
            return start
    return None
