"""Agency habits in cleaned paragraphs: dateline, end mark and sign-off are taken off the body."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from digest.model.story import Dateline
from digest.model.text import fold, plain
from digest.sources.dateline import take_dateline
from digest.sources.ending import is_end_line, is_sign_off, sign_off_of, take_ending

_TOKEN = re.compile(r"<[^>]+>|&[^;\s<]+;|[^<&]|[<&]")
_EMPTY = re.compile(r"<(a|b|strong|i|em|u|s|sub|sup|code|q|mark)(?: [^>]*)?>\s*</\1>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A body without what agencies print around it."""

    body: tuple[str, ...]
    dateline: Dateline | None = None
    sign_off: str = ""


def take_agency_copy(paragraphs: Sequence[str], *, signer: str = "") -> Taken:
    """Return the paragraphs of cleaned inline HTML without dateline, end mark and sign-off.

    Args:
        signer: whom the document names as its author or agency: such a last line is a sign-off.
    """
    body = list(paragraphs)
    dateline = None
    if body:
        text = plain(body[0])
        opening = take_dateline(text)
        if opening.dateline is not None:
            dateline = opening.dateline
            body[0] = _from(body[0], _inked(text) - _inked(opening.text))
    agency = dateline.agency if dateline else ""
    sign_off = ""
    while len(body) > 1 and not sign_off:
        last = plain(body[-1])
        if is_end_line(last):
            body.pop()
        elif is_sign_off(last, agency=agency) or (signer and fold(sign_off_of(last)) == fold(signer)):
            sign_off = sign_off_of(body.pop() and last)
        else:
            break
    if body:
        body[-1], signed = _ended(body[-1], agency)
        sign_off = sign_off or signed
    return Taken(body=tuple(filter(plain, body)), dateline=dateline, sign_off=sign_off)


def _ended(paragraph: str, agency: str) -> tuple[str, str]:
    text = plain(paragraph)
    ending = take_ending(text, agency=agency)
    if ending.text == text:
        return paragraph, ending.sign_off
    kept = ending.text if text.startswith(ending.text) else ending.text[:-1]
    return _until(paragraph, _inked(kept)) + ending.text[len(kept) :], ending.sign_off


def _inked(text: str) -> int:
    """Return the number of characters that are not blank: blanks may differ between HTML and its text."""
    return sum(1 for character in text if not character.isspace())


def _from(paragraph: str, skip: int) -> str:
    """Return the paragraph without its first `skip` inked characters; tags stay."""
    kept, left = [], skip
    for token in _TOKEN.findall(paragraph):
        if (token.startswith("<") and len(token) > 1) or left <= 0:
            kept.append(token)
        elif not token.isspace():
            left -= 1
    return _without_empty("".join(kept)).strip()


def _until(paragraph: str, count: int) -> str:
    """Return the paragraph up to its `count`th inked character; later tags stay."""
    kept, left = [], count
    for token in _TOKEN.findall(paragraph):
        if token.startswith("<") and len(token) > 1:
            kept.append(token)
        elif left > 0:
            kept.append(token)
            left -= 0 if token.isspace() else 1
    return _without_empty("".join(kept)).strip()


def _without_empty(paragraph: str) -> str:
    shorter = _EMPTY.sub("", paragraph)
    while shorter != paragraph:
        paragraph, shorter = shorter, _EMPTY.sub("", shorter)
    return paragraph
