"""A YAML file as plain values, with the place of every key and value.

`read_document` reads the text of a file into dicts, lists and scalars of YAML 1.2 (so that
`off` and `no` are words and `07:00` is not a number), remembers where each of them stands, and
notes what is wrong with the file as YAML: syntax, keys that stand twice, tags. Keys that begin
with `x_` belong to the owner and are left out, and so is a key with nothing behind it. Nothing
here knows what a schedule is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from digest.model.errors import Problem
from digest.settings.messages import Unreadable

#: The way to a value: keys and list positions, from the top.
Way = tuple[str | int, ...]

#: More values than this are refused: no newsroom writes them, aliases of aliases make them.
MAX_VALUES = 50_000

_NEWLINE = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  #: as YAML 1.2 and its parser count lines
_TAG = "tag:yaml.org,2002:"
_IN_ADDRESS = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)(?=@)")
_IN_KEY = re.compile(r"\b((?:password|passwd|secret|token|api_key)\s*:\s*)[^\s,}].*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a key and its value stand; lines and columns from 1."""

    line: int
    column: int
    key_line: int
    key_column: int
    quoted: bool = False  #: the value stands in quotes, so its text begins one column later


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file: its lines, its plain values and their places."""

    path: str
    lines: tuple[str, ...] = ()
    data: Any = None
    places: Mapping[Way, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()  #: wrong as YAML

    def value(self, way: Way) -> Any:
        """Return the value at `way`, or None."""
        found = self.data
        for step in way:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def problem(
        self, way: Way, message: str, *, level: str = "error", key: bool = False, at: int = 0
    ) -> Problem:
        """Return a problem at the value (or, with `key`, the key) of `way`, or at the nearest thing above it.

        Args:
            way: keys and positions from the top.
            message: what is wrong, and what to write instead.
            level: error or warning.
            key: point at the key and not at its value.
            at: characters of the value before the wrong place.
        """
        exact = way in self.places
        while way and way not in self.places:
            way = way[:-1]
        place = self.places.get(way, Place(line=1, column=1, key_line=1, key_column=1))
        at = at + place.quoted if at and exact else 0
        line, column = (place.key_line, place.key_column) if key else (place.line, place.column + at)
        return self.at_line(line, column, message, level)

    def at_line(self, line: int, column: int, message: str, level: str = "error") -> Problem:
        """Return a problem at a line and column; a password in the line is not repeated."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return Problem(
            path=self.path,
            line=line,
            column=column,
            message=message,
            excerpt=_IN_KEY.sub(r"\1***", _IN_ADDRESS.sub(r"\1:***", text.rstrip())),
            level=level,
        )


def read_document(text: str, path: str) -> Document:
    """Return the values of a YAML file and their places; faults are in its `problems`."""
    text = text.removeprefix("\ufeff")
    lines = tuple(_NEWLINE.split(text))
    bare = Document(path=path, lines=lines)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        return _with_problem(bare, line, column, _syntax(error, bare, line))
    except (YAMLError, ValueError, RecursionError) as error:
        return _with_problem(bare, 0, 0, f"not readable as YAML: {_first_line(error)}")
    reader = _Reader(bare)
    data = reader.read(node, ()) if node is not None else None
    return Document(path=path, lines=lines, data=data, places=reader.places, problems=tuple(reader.problems))


class _Reader:
    """Turns nodes into plain values and notes where they stand."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.places: dict[Way, Place] = {}
        self.problems: list[Problem] = []
        self._open: set[int] = set()
        self._values = 0

    def read(self, node: Node, way: Way, key: Node | None = None) -> Any:
        """Return the plain value of `node`, which stands at `way`."""
        self.places[way] = _place(node, key or node)
        self._values += 1
        if id(node) in self._open or self._values > MAX_VALUES:
            if self._values <= MAX_VALUES or not self.problems:
                self._wrong(node, "an alias leads in a circle, or to more values than a schedule can have")
            return None
        if not isinstance(node, ScalarNode) and node.tag not in (f"{_TAG}map", f"{_TAG}seq"):
            self._wrong(node, f"the tag {node.tag} is not used here: write the value without it")
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, MappingNode):
                return self._mapping(node, way)
            if isinstance(node, SequenceNode):
                return [self.read(item, (*way, number)) for number, item in enumerate(node.value)]
            return self._scalar(node) if isinstance(node, ScalarNode) else None
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: MappingNode, way: Way) -> dict[str, Any]:
        found: dict[str, Any] = {}
        seen: dict[str, int] = {}
        for key, value in _pairs(node):
            if not isinstance(key, ScalarNode):
                self._wrong(key, "a key must be a word, not a list or a block")
                continue
            name = str(key.value)
            if name in seen:
                self._wrong(key, f'"{name}" stands here a second time; it is in line {seen[name]} already')
                continue
            seen[name] = key.start_mark.line + 1
            if name.startswith("x_"):
                self.places[(*way, name)] = _place(value, key)
                continue
            plain = self.read(value, (*way, name), key)
            if plain is not None:
                found[name] = plain
        return found

    def _scalar(self, node: ScalarNode) -> Any:
        try:
            return _plain(str(node.value), str(node.tag), bool(node.style))
        except Unreadable as error:
            self._wrong(node, error.message)
            return None

    def _wrong(self, node: Node, message: str) -> None:
        mark = node.start_mark
        self.problems.append(self.document.at_line(mark.line + 1, mark.column + 1, message))


def _pairs(node: MappingNode, depth: int = 0) -> Iterator[tuple[Node, Node]]:
    """Yield a block's own keys, then those it merges with `<<`, whose own keys give way."""
    merged: list[Node] = []
    for key, value in node.value:
        if key.tag == f"{_TAG}merge":
            merged += value.value if isinstance(value, SequenceNode) else [value]
        else:
            yield key, value
    own = {key.value for key, _ in node.value if isinstance(key, ScalarNode)}
    for other in merged:
        if isinstance(other, MappingNode) and depth < 8:
            for key, value in _pairs(other, depth + 1):
                if not isinstance(key, ScalarNode) or key.value not in own:
                    own.add(getattr(key, "value", None))
                    yield key, value


def _plain(text: str, tag: str, quoted: bool) -> Any:
    """Return a scalar as YAML 1.2's core schema has it, dates included."""
    kind = tag.removeprefix(_TAG)
    if kind in ("str", "!", "value") or quoted:
        return text
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    try:
        if kind == "int":
            return int(text.replace("_", ""), 0 if text[:2].lower() in ("0x", "0o") else 10)
        if kind == "float":
            return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
        if kind == "timestamp":
            return date.fromisoformat(text)
    except ValueError:
        return text
    raise Unreadable(f"the tag {tag} is not used here: write the value without it")


def _place(node: Node, key: Node) -> Place:
    empty = isinstance(node, ScalarNode) and not node.value and not node.style
    value = key if empty else node  # the parser puts an empty value at whatever comes next
    return Place(
        line=value.start_mark.line + 1,
        column=value.start_mark.column + 1,
        key_line=key.start_mark.line + 1,
        key_column=key.start_mark.column + 1,
        quoted=isinstance(node, ScalarNode) and node.style in ("'", '"'),
    )


def _with_problem(bare: Document, line: int, column: int, message: str) -> Document:
    problem = bare.at_line(line, column, message)
    return Document(path=bare.path, lines=bare.lines, problems=(problem,))


def _syntax(error: MarkedYAMLError, document: Document, line: int) -> str:
    """Return in words of a newsroom what the YAML parser did not like."""
    what = str(error.problem or error.context or "not readable")
    text = document.lines[line - 1] if 0 < line <= len(document.lines) else ""
    if "\\t" in what or "\t" in text[: len(text) - len(text.lstrip())]:
        return "a tab cannot indent in YAML: use two blanks"
    if "mapping values are not allowed" in what:
        return 'a value with ": " in it must stand in quotes; or this line is indented too far'
    if "undefined alias" in what:
        return 'a value that begins with * must stand in quotes, such as "*/30 * * * *"'
    if "another document" in what:
        return "one file holds one schedule: remove the line with ---"
    if "unexpected end of stream" in what:
        return "a quotation mark is opened before here and never closed"
    if "expected ',' or" in what:
        return f"a list or block in brackets is not closed, or a comma is missing: {what}"
    return f"not readable as YAML: {what}"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
