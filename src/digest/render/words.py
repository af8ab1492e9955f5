"""The words that a template itself says, in the language of the digest.

They stand in `words.json`: the bundled ones in `templates/parts/`, and a template's own in its
folder, which add to them or replace them. A word with a number in it is written once for
each plural form of the language (CLDR), and picked by the number.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from digest.model.errors import RenderError

Entry = str | Mapping[str, str]
FALLBACK = "en"
_PLACE = re.compile(r"\{(\w+)\}")  # names only: str.format would let a file reach into objects


@dataclass(frozen=True, slots=True)
class Words:
    """All words of one template, in all its languages."""

    by_language: Mapping[str, Mapping[str, Entry]]

    def speaks(self, language: str) -> bool:
        """Whether there are words in `language`, or in the language it is a variety of."""
        return self._chain(language) != [FALLBACK] or language.split("-")[0] == FALLBACK

    def say(self, language: str, key: str, **values: object) -> str:
        """Return the word for `key`, with `values` put in; `n` picks the plural form.

        Raises:
            LookupError: no language has it, or a value that it needs is missing.
        """
        for candidate in self._chain(language):
            entry = self.by_language[candidate].get(key)
            if entry is not None:
                text = entry if isinstance(entry, str) else _plural(entry, candidate, values.get("n"))
                return _PLACE.sub(lambda match: str(values[match[1]]), text)
        known = sorted({word for words in self.by_language.values() for word in words})
        close = get_close_matches(key, known, n=1)
        raise LookupError(f"no word {key} in words.json" + (f": did you mean {close[0]}?" if close else ""))

    def _chain(self, language: str) -> list[str]:
        """Return the languages to ask, nearest first: zh-Hant-TW, zh-Hant, zh, en."""
        by_fold = {known.lower(): known for known in self.by_language}
        parts = language.replace("_", "-").lower().split("-")
        if parts[0] == "zh" and {"tw", "hk", "mo"} & set(parts) and "hans" not in parts:
            parts = ["zh", "hant"]
        tries = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
        chain = [by_fold[tag] for tag in tries if tag in by_fold]
        return chain if FALLBACK in chain else [*chain, FALLBACK]


def load_words(paths: list[Path]) -> Words:
    """Return the words in `paths`; a later file wins over an earlier one, word by word.

    Raises:
        RenderError: a file is no JSON object of languages.
    """
    merged: dict[str, dict[str, Entry]] = {FALLBACK: {}}
    for path in paths:
        for language, words in _read(path).items():
            merged.setdefault(language, {}).update(words)
    return Words(merged)


def _read(path: Path) -> dict[str, dict[str, Entry]]:
    try:
        content: Any = json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise RenderError(f"{_name(path)}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise RenderError(f"{_name(path)}: not UTF-8: byte {error.start}") from error
    if not isinstance(content, dict) or not all(isinstance(words, dict) for words in content.values()):
        raise RenderError(f'{_name(path)}: not words: it must read {{"en": {{"read_more": "Read on"}}}}')
    for language, words in content.items():
        for key, entry in words.items():
            forms = list(entry.values()) if isinstance(entry, dict) else [entry]
            if not forms or not all(isinstance(form, str) for form in forms):
                raise RenderError(f"{_name(path)}: {language}: {key}: must be text, or text by plural form")
    return content


def _plural(forms: Mapping[str, str], language: str, number: object) -> str:
    if not isinstance(number, int) or len(forms) == 1:
        return forms.get("other") or next(iter(forms.values()))
    from babel import Locale

    form = Locale.parse(language, sep="-").plural_form(number)
    return forms.get(form) or forms.get("other") or next(iter(forms.values()))


def _name(path: Path) -> str:
    return "/".join(path.parts[-3:])
