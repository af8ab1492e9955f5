"""The text part, put in order: it is written by a template of its own, never made from HTML."""

import re

RULE = "-" * 40

_TRAILING = re.compile(r"[ \t]+\n")
_GAP = re.compile(r"\n{3,}")


def tidy(text: str) -> str:
    """Return `text` without trailing blanks, without more than one empty line, ending in one newline."""
    text = text.replace("\r\n", "\n").replace("\r", "\n") + "\n"
    return _GAP.sub("\n\n", _TRAILING.sub("\n", text)).strip("\n") + "\n"
