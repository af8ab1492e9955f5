"""Jinja2 as this program runs it: strict, escaping, and caged when a template is an editor's.

An editor's template sees values, reaches no attribute that begins with an underscore, changes
nothing and cannot make a text without end. `marked` makes every line that begins with a tag
tell where it came from, to lead from what was written back to the template.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment

from digest.model.errors import RenderError
from digest.render import filters

MAX_REPEAT = 10_000  #: characters or items that `*` may make in a caged template
_BIG, _HIGH = 10**6, 64
#: A width in a format, given or taken from the values: `%99999d`, `%*d`, `{:>99999}`.
_WIDE = re.compile(r"%[-+ #0]*(?:\(\w+\))?[-+ #0]*(?:\d{5,}|\*)|\{[^{}]*\d{5,}")

#: What goes wrong while a template runs is the template's fault, whatever Python calls it.
FAULTS = (
    jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError,
)  # fmt: skip
MARK = re.compile("\x02(.*?):(\\d+)\x03")
_MARK_AT = "\x02{}\x03"
_TAG_AT_START = re.compile(r"^(\s*)<(?=[/\w])")


class Cage(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, which here also refuses to make a text, a list or a number without end."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Do the sum, or refuse what would fill the memory."""
        numbers = (int, float)
        if isinstance(left, numbers) and isinstance(right, numbers):
            too_much = operator == "**" and (abs(left) > _BIG or right > _HIGH)
        elif operator == "%":
            too_much = bool(_WIDE.search(str(left)))
        else:
            long, times = (right, left) if isinstance(left, numbers) else (left, right)
            too_much = isinstance(times, int) and times * max(1, len(long)) > MAX_REPEAT
        if too_much:
            raise SecurityError(f"{operator} would make too much")
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, function: Any, /, *args: Any, **named: Any) -> Any:
        """Call, or refuse a method of a text that would pad it without end."""
        owner = getattr(getattr(function, "__wrapped__", function), "__self__", None)
        if isinstance(owner, str):
            wide = any(isinstance(value, int) and value > MAX_REPEAT for value in (*args, *named.values()))
            if wide or (function.__name__.startswith("format") and _WIDE.search(owner)):
                raise SecurityError(f"{function.__name__} would make too much")
        return super().call(context, function, *args, **named)


def _center(value: str, width: int = 80) -> str:
    """Do as Jinja2's filter `center`, within limits."""
    if width > MAX_REPEAT:
        raise SecurityError("center would make too much")
    return str(value).center(width)


class _LineMarks(Extension):
    """Writes a mark with file and line before every tag that begins a line."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return `source` with the marks."""
        return "\n".join(
            _TAG_AT_START.sub(rf"\1{_MARK_AT.format(number)}<", line)
            for number, line in enumerate(source.split("\n"), 1)
        ).replace("\x02", f"\x02{filename}:")


@lru_cache(maxsize=32)
def environment(folders: tuple[Path, ...], caged: bool, marked: bool = False) -> jinja2.Environment:
    """Return the environment that reads from `folders`; the last one is also there as `bundled/`.

    Changed files are read again, so a preview shows what was saved.
    """
    kind = Cage if caged else jinja2.Environment
    places = [jinja2.FileSystemLoader(folder) for folder in folders]
    made = kind(
        loader=jinja2.ChoiceLoader([jinja2.PrefixLoader({"bundled": places[-1]}), *places]),
        autoescape=lambda name: not str(name).endswith((".txt", ".css")),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[_LineMarks] if marked else [],
    )
    made.filters.update(filters.FILTERS)
    if caged:
        made.filters["center"] = _center
    return made


def check_blocks(made: jinja2.Environment, name: str, shown: str) -> None:
    """Refuse a block in file `name` that nothing it extends has: Jinja2 would drop it without a word.

    Raises:
        RenderError: with `shown` and the line.
        jinja2.TemplateError: a file does not parse or is not there.
    """
    made.get_template(name)  # a file that extends nothing is only compiled, which is needed anyway
    assert made.loader is not None
    if "extends" not in made.loader.get_source(made, name)[0]:
        return
    tree = _tree(made, name)
    parent = _parent(tree)
    known: set[str] = set()
    while parent:
        above = _tree(made, parent)
        known |= {block.name for block in above.find_all(nodes.Block)}
        parent = _parent(above)
    for block in _top_blocks(tree):
        if known and block.name not in known:
            close = get_close_matches(block.name, sorted(known), n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(sorted(known))}"
            raise RenderError(f"{shown}:{block.lineno}: no block {block.name}: {hint}")


def _tree(made: jinja2.Environment, name: str) -> nodes.Template:
    assert made.loader is not None
    source, filename, _ = made.loader.get_source(made, name)
    return made.parse(source, name, filename)


def _parent(tree: nodes.Template) -> str:
    for extends in tree.find_all(nodes.Extends):
        if isinstance(extends.template, nodes.Const):
            return str(extends.template.value)
    return ""


def _top_blocks(tree: nodes.Template) -> Iterator[nodes.Block]:
    return (node for node in tree.body if isinstance(node, nodes.Block))
