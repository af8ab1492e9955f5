"""Mark a rendering as a test copy: a band on top, and a word before the subject.

Everything else stays byte for byte, so a test copy shows what readers will get. The band
stands behind the preheader, so the inbox row is the real one too.
"""

import html as escaping
import re
from dataclasses import replace

from digest.model.mail import Rendering

_PREHEADER = re.compile(r"<div style=\"display:none[^>]*>.*?</div>", re.DOTALL)
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_STYLE = (
    "padding:10px 16px;background-color:#fbeed6;color:#5a3600;"
    "font:600 14px/20px 'Segoe UI',-apple-system,Roboto,Helvetica,Arial,sans-serif"
)


def with_band(rendering: Rendering, words: str) -> Rendering:
    """Return `rendering` as a test copy that says `words` on top."""
    band = (
        '<table role="presentation" width="100%" border="0" cellpadding="0" cellspacing="0"><tr>'
        f'<td align="center" dir="auto" bgcolor="#fbeed6" style="{_STYLE}">{escaping.escape(words)}</td>'
        "</tr></table>"
    )
    place = _PREHEADER.search(rendering.html) or _BODY.search(rendering.html)
    at = place.end() if place else 0
    return replace(
        rendering,
        subject=f"[Test] {rendering.subject}",
        html=rendering.html[:at] + band + rendering.html[at:] if rendering.html else "",
        text=f"*** {words} ***\n\n{rendering.text}",
    )
