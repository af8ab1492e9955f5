"""The note of a corrected edition: on top of its archive page, with the day on which it was put right."""

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from markupsafe import Markup

from digest.store.corrections import Correction
from digest.web.tongue import Speech

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
#: The page is the mail itself, under a policy of its own in which styles may stand in the text.
_NOTE = Markup(
    '<div lang="{}" dir="{}" style="background:#fbeed6;color:#5c3700;'
    'font:16px/1.5 Arial,sans-serif;padding:12px 20px">{}</div>'
)
_LINE = Markup('<p style="margin:4px 0">{}</p>')


def with_corrections(html: str, corrections: Sequence[Correction], speech: Speech, zone: ZoneInfo) -> str:
    """Return an edition's page with a dated line for each of its corrections, the newest first."""
    if not corrections:
        return html
    lines = Markup().join(
        _LINE.format(speech.say("corrected", date=speech.moment(one.at, zone), told=one.told))
        for one in reversed(corrections)
    )
    note = str(_NOTE.format(speech.language, speech.direction, lines))  # as Markup it would escape the page
    body = _BODY.search(html)
    at = body.end() if body else 0
    return html[:at] + note + html[at:]
