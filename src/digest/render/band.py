"""Mark a rendering as a test copy: a band on top, and a word before the subject.

Everything else stays byte for byte, so a test copy shows what readers will get. That its
links do nothing is a matter of the values that are filled in.
"""

import html as escaping
import re
from dataclasses import replace

from digest.model.mail import Rendering
from digest.render.script import script_of
from digest.render.words import Words

_HIDDEN = re.compile(r"<div style=\"display:none.*?</div>", re.DOTALL)
_BODY = re.compile(r"<body[^>]*>")


def with_band(rendering: Rendering, words: Words) -> Rendering:
    """Return `rendering` with a band that says that it is a test."""
    language = rendering.language
    said = words.say(language, "test_band")
    script = script_of(language)
    band = (
        '<table role="presentation" width="100%" border="0" cellpadding="0" cellspacing="0"><tr>'
        f'<td align="center" dir="{script.direction}" bgcolor="#ffd84d" style="padding:10px 16px;'
        "font:600 14px/20px 'Segoe UI',-apple-system,Roboto,Helvetica,Arial,sans-serif;color:#16181d;"
        f'background-color:#ffd84d">{escaping.escape(said)}</td></tr></table>'
    )
    place = _HIDDEN.search(rendering.html) or _BODY.search(rendering.html)
    at = place.end() if place else 0
    return replace(
        rendering,
        subject=words.say(language, "test_subject", subject=rendering.subject),
        html=rendering.html[:at] + band + rendering.html[at:],
        text=f"*** {said} ***\n\n{rendering.text}",
    )
