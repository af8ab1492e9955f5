"""The filters that templates may use, beside Jinja2's own.

Each takes and returns text. Those that need the language take it as an argument, because a
story may be in another language than its digest.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

from markupsafe import Markup

from digest.model.text import plain, truncate
from digest.render.markup import text_value
from digest.render.prose import room

_ENGLISH, _PLAIN_ENGLISH = "en", "en_GB"
_LINK = re.compile(r"<a\b[^>]*?\shref=(?:\"([^\"]*)\"|'([^']*)')[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)


def written_date(moment: date | datetime, language: str, form: str = "full") -> str:
    """Return the date in words of `language`: `Monday, 23 November 2026`.

    `form` is full, long, medium, short or a CLDR pattern such as `d MMMM`.
    """
    from babel.dates import format_date  # 50 ms; only where a date is printed

    return format_date(moment, form, locale=_locale(language))


def written_names(words: Sequence[str], language: str) -> str:
    """Return `words` joined as `language` joins them: `Ana, Bo and Chi`."""
    if len(words) < 2:
        return "".join(words)
    from babel.lists import format_list

    return format_list(list(words), locale=_locale(language))


def shortened(text: str, limit: int, language: str = "") -> str:
    """Return `text` cut where `language` allows, in about the room of `limit` English characters."""
    return truncate(plain(text) if isinstance(text, Markup) else text, room(limit, language), language)


def footnoted(fragment: str) -> str:
    """Return inline HTML as plain text, with each link as `text [n]` and its addresses below."""
    notes: list[str] = []

    def note(match: re.Match[str]) -> str:
        address = text_value(match[1] or match[2] or "")
        if not address or plain(match[3]) == address:
            return match[3]
        notes.append(address)
        return f"{match[3]} [{len(notes)}]"

    text = plain(_LINK.sub(note, str(fragment)))
    return "\n".join([text, *(f"[{number}] {address}" for number, address in enumerate(notes, 1))])


def _locale(language: str) -> str:
    """Return the nearest locale that is known; English when there is none.

    English without a country is written for everybody, as on the readers' pages: days before months.
    """
    from babel.core import Locale, UnknownLocaleError

    if language.lower() == _ENGLISH:
        return _PLAIN_ENGLISH
    parts = language.replace("_", "-").split("-")
    while parts and parts[0]:
        try:
            return str(Locale.parse("_".join(parts)))
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return _PLAIN_ENGLISH


FILTERS: dict[str, Callable[..., str]] = {
    "date": written_date,
    "names": written_names,
    "shorten": shortened,
    "plain": lambda text: plain(str(text)),
    "footnoted": footnoted,
}
