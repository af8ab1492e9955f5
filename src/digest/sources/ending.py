"""How wire copy ends: the end mark glued to the last word, and the agency's sign-off.

`... said./.` becomes `... said.`; the line `NPA` after it is the sign-off, not a paragraph.
"""

import re
from dataclasses import dataclass

from digest.model.text import fold, squeeze, words
from digest.sources.caption import is_agency
from digest.sources.phrases import END_LINES

_MARK = re.compile(
    r"\s*(?:\./\.|/\./|\.//|//\.|/\.|\./)\s*(?P<tail>[(（]?[^.。/()（）\n]{0,40}(?:/[^.。()（）\n]{1,20})?[)）]?)[.]?$"
)
_WORD_MARK = re.compile(
    r"\s*(?:\((?:end|ends|fin|hết|完|конец|انتهى|끝)\)|（完）|\bEnditem|-30-|###)\s*$", re.I
)
_BRACKETED = re.compile(r"(?<=[.!?。！？؟…”\"»’)）])\s*[(（](?P<name>[^()（）]{2,50})[)）]\s*[.。]?$")
_DASHED = re.compile(r"(?<=[.!?。！？؟…”\"»])\s*[-–—]{1,2}\s*(?P<name>[^\s.!?–—-][^.!?–—]{1,30})$")
#: Who reported and edited, as agencies close a story.
_DESK = re.compile(
    r"(?<=[.!?。”\"])\s*\((?P<name>(?:reporting|writing|additional reporting|compiled|edited|editing"
    r"|rédaction|redacción|redaktion)\b[^()]{3,200})\)$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।።]['\"”’»)）」』\]]*$")
_LOUD = re.compile(r"^[A-ZĐ][A-ZĐ0-9.+&-]{1,11}(?:[/+ ][A-ZĐ][\w.+&-]{1,14}){0,3}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A last paragraph without its end mark, and what signed it on the same line."""

    text: str
    marked: bool = False  #: an end mark was there
    sign_off: str = ""


def take_ending(paragraph: str, *, agency: str = "") -> Ending:
    """Return the plain `paragraph` without end mark and sign-off.

    Args:
        agency: the dateline's, which makes a name in the last brackets a sign-off.
    """
    if found := _MARK.search(paragraph):
        text, tail = paragraph[: found.start()].rstrip(), squeeze(found["tail"])
        if text and (not tail or _is_tail(tail)):
            return Ending(text=_closed(text), marked=True, sign_off=_unbracketed(tail))
    if (found := _WORD_MARK.search(paragraph)) and found.start():
        inner = take_ending(paragraph[: found.start()].rstrip(), agency=agency)
        return Ending(text=inner.text, marked=True, sign_off=inner.sign_off)
    if found := _DESK.search(paragraph):
        return Ending(text=paragraph[: found.start()].rstrip(), sign_off=squeeze(found["name"]))
    for pattern in (_BRACKETED, _DASHED):
        found = pattern.search(paragraph)
        if found and (is_agency(found["name"]) or fold(found["name"]) == fold(agency)):
            return Ending(text=paragraph[: found.start()].rstrip(), sign_off=squeeze(found["name"]))
    return Ending(text=paragraph)


def is_end_line(line: str) -> bool:
    """Whether `line` only says that the copy ends here."""
    return fold(squeeze(line)) in END_LINES


def is_sign_off(line: str, *, agency: str = "") -> bool:
    """Whether `line` is surely an agency's signature: a known one, the dateline's, or all capitals."""
    name = sign_off_of(line)
    if not name:
        return False
    if is_agency(name) or (agency and fold(name) == fold(agency)):
        return True
    return bool(_LOUD.match(name))


def may_be_sign_off(line: str) -> bool:
    """Whether `line` can be a signature by its form: short, and not a sentence."""
    return not is_sentence(line) and words(line) <= 8 and len(line) <= 60


def sign_off_of(line: str) -> str:
    """Return the name in a sign-off line, without brackets, dashes and end mark."""
    bare = re.sub(r"\s*(?:\./\.|/\.|\./)$", "", squeeze(line))
    return _unbracketed(bare.strip(" -–—―.。"))


def is_sentence(line: str) -> bool:
    """Whether `line` ends as a sentence does."""
    return bool(_SENTENCE_END.search(line))


def _closed(text: str) -> str:
    """End `text` with a full stop, unless something ends it already."""
    if is_sentence(text):
        return text
    return text + ("。" if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]$", text) else ".")


def _is_tail(tail: str) -> bool:
    return is_agency(_unbracketed(tail)) or bool(_LOUD.match(_unbracketed(tail))) or tail[0] in "(（"


def _unbracketed(name: str) -> str:
    return squeeze(name.strip("()（）[]【】"))
