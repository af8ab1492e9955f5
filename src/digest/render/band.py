"""The band on top of a test copy: it says what the copy is, in both parts and in the subject."""

import html
import re
from dataclasses import replace

from digest.model.mail import Rendering

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_STYLE = (
    "margin:0;padding:10px 16px;background-color:#fbeed6;color:#5a3600;text-align:center;"
    "font:14px/1.4 Arial,sans-serif"
)


def with_band(rendering: Rendering, words: str) -> Rendering:
    """Return `rendering` as a test copy that says `words` on top."""
    band = f'<div role="note" style="{_STYLE}">{html.escape(words)}</div>'
    body = _BODY.search(rendering.html)
    at = body.end() if body else 0
    return replace(
        rendering,
        subject=f"[Test] {rendering.subject}",
        html=rendering.html[:at] + band + rendering.html[at:],
        text=f"*** {words} ***\n\n{rendering.text}",
    )
