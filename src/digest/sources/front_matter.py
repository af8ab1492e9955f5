"""Front matter: the YAML head of a Markdown story, checked key by key.

A key that is not known is never dropped silently: it becomes a finding with its place in
the file and the key that was probably meant.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from digest.model.finding import Finding, Level
from digest.sources.dates import read_date

KEYS = (
    "headline", "standfirst", "byline", "section", "tags", "language", "published", "updated", "url",
    "dateline",
    "priority", "pinned", "embargo", "sign_off", "image", "images", "see_more", "status",
)  # fmt: skip
IMAGE_KEYS = ("file", "url", "alt", "caption", "credit")
SEE_MORE_KEYS = ("headline", "standfirst", "url", "image")
_FENCE = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
#: What other programs call the same thing: named in the finding, not read.
_ELSEWHERE = {
    "title": "headline", "dek": "standfirst", "summary": "standfirst", "description": "standfirst",
    "excerpt": "standfirst",
    "author": "byline", "authors": "byline", "by": "byline", "date": "published", "lang": "language",
    "link": "url",
    "category": "section", "categories": "section", "keywords": "tags", "related": "see_more",
    "pin": "pinned",
    "featured": "pinned", "modified": "updated", "lead": "standfirst", "subtitle": "standfirst",
    "photo": "image",
    "cover": "image", "picture": "image", "draft": "status", "signoff": "sign_off",
}  # fmt: skip
_MAX_CHARACTERS = 64_000


@dataclass(slots=True, kw_only=True)
class FrontMatter:
    """The values of a head, and the text under it."""

    path: str
    values: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1  #: of the file, where the body begins
    findings: list[Finding] = field(default_factory=list)

    def note(self, code: str, message: str, key: str = "", level: Level = Level.WARNING) -> None:
        """Add a finding at the place of `key`."""
        self.findings.append(Finding(level=level, code=code, message=message, where=self.where(key)))

    def where(self, key: str) -> str:
        """Return `path:line:column` of a key, or the path alone."""
        spot = getattr(self.values, "lc", None)
        if not key or spot is None or key not in self.values:
            return self.path
        line, column = spot.key(key)
        return f"{self.path}:{line + 2}:{column + 1}"

    def text(self, key: str) -> str:
        """Return the value of `key` as a line of text; anything but text or a number is a finding."""
        value = self.values.get(key)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float | date):
            self.note("value-wrong", f"{key}: write a text, not {_kind(value)}", key)
            return ""
        return re.sub(r"\s+", " ", str(value)).strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the value of `key`, a text or a list of them."""
        value = self.values.get(key)
        if isinstance(value, list):
            return tuple(re.sub(r"\s+", " ", str(part)).strip() for part in value if part not in (None, ""))
        one = self.text(key)
        return (one,) if one else ()

    def whole(self, key: str) -> int:
        """Return the value of `key` as a whole number, 0 when it is not there."""
        value = self.values.get(key, 0)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.note("value-wrong", f"{key}: write a whole number, not {_kind(value)}", key)
        return 0

    def flag(self, key: str) -> bool:
        """Return the value of `key` as yes or no, no when it is not there."""
        value = self.values.get(key, False)
        if isinstance(value, bool):
            return value
        self.note("value-wrong", f"{key}: write true or false, not {_kind(value)}", key)
        return False

    def moment(self, key: str) -> datetime | None:
        """Return the value of `key` as a time in UTC; without a zone it is taken as UTC, with a finding."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, datetime):
            when, zoned = value, value.tzinfo is not None
            when = datetime.fromtimestamp(value.timestamp(), UTC) if zoned else value.replace(tzinfo=UTC)
        elif isinstance(value, date):
            when, zoned = datetime(value.year, value.month, value.day, tzinfo=UTC), False
        else:
            found = read_date(str(value))
            if found is None:
                self.note(
                    "date-wrong", f"{key}: “{value}” is no time: write it as 2026-11-23T06:00+01:00", key
                )
                return None
            when, zoned = found.when, found.zoned
        if not zoned:
            self.note(
                "time-without-zone",
                f"{key}: no time zone, taken as UTC: add one, such as +01:00",
                key,
                Level.NOTE,
            )
        return when


def read_front_matter(text: str, *, path: str) -> FrontMatter:
    """Return the head and the body of a Markdown story; a head that is not YAML becomes a finding."""
    found = _FENCE.match(text)
    if found is None:
        return FrontMatter(path=path, body=text)
    head = FrontMatter(path=path, body=text[found.end() :], body_line=text.count("\n", 0, found.end()) + 1)
    if len(found["yaml"]) > _MAX_CHARACTERS:
        head.note(
            "front-matter-wrong", f"the head is longer than {_MAX_CHARACTERS} characters, and was not read"
        )
        return head
    try:
        values = YAML(typ="rt", pure=True).load(found["yaml"])
    except YAMLError as error:
        head.findings.append(_broken(path, error))
        return head
    if values is None:
        return head
    if not isinstance(values, dict):
        head.note(
            "front-matter-wrong",
            "the head holds no keys: write `headline: ...` and the like between the dashes",
        )
        return head
    head.values = values
    head.findings.extend(_unknown(head, values, KEYS))
    return head


def unknown_keys(head: FrontMatter, key: str, values: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """Note what is not known in the mapping under `key`."""
    for name in values:
        if name not in known:
            head.note("key-unknown", f"{key}: unknown key {name}{_meant(str(name), known)}", key)


def _unknown(head: FrontMatter, values: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[Finding]:
    for name in values:
        if name not in known:
            message = f"unknown key {name}{_meant(str(name), known)}"
            yield Finding(level=Level.WARNING, code="key-unknown", message=message, where=head.where(name))


def _meant(name: str, known: tuple[str, ...]) -> str:
    bare = name.strip().lower().replace("-", "_").replace(" ", "_")
    meant = bare if bare in known else _ELSEWHERE.get(bare, "")
    if meant not in known:
        meant = next(iter(difflib.get_close_matches(bare, known, n=1, cutoff=0.6)), "")
    return f": did you mean {meant}?" if meant else f": there are {', '.join(known)}"


def _broken(path: str, error: YAMLError) -> Finding:
    where, why = path, "the head is not YAML"
    if isinstance(error, MarkedYAMLError):
        if error.problem_mark is not None:
            where = f"{path}:{error.problem_mark.line + 2}:{error.problem_mark.column + 1}"
        why = f"{why}: {error.problem}"
    hint = "; put quotes around a text that holds a colon" if "mapping values" in why else ""
    return Finding(level=Level.WARNING, code="front-matter-wrong", message=f"{why}{hint}", where=where)


def _kind(value: object) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "keys",
    }
    return next((name for kind, name in names.items() if isinstance(value, kind)), type(value).__name__)
