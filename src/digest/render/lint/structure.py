"""Structure: what must not be left in a mail, and how its elements stand in each other."""

import re
from collections import Counter
from collections.abc import Iterator

from digest.model.finding import Finding, Level
from digest.model.mail import READER_SLOTS
from digest.render.lint.mail import DEEPEST, Element, Mail, finding
from digest.render.lint.rule import rules

MAX_DEPTH = 60  #: of elements; some programs give up, and so do screen readers' users

_LEFT_OVER = (
    (re.compile(r"</?mj-[\w-]*"), "an MJML tag that was not compiled"),
    (re.compile(r"<[^<>]*\\u\{[0-9a-f]+\}"), "a broken character"),
    (re.compile(r"\{\{|\}\}|\{%|%\}"), "a template expression that was not filled in"),
    (re.compile(r"\[\[|%%\w+%%|\*\|\w+\|\*"), "a slot of another program"),
    (re.compile(r"\bundefined\b|<built-in|<function |object at 0x"), "a value that is none"),
)
_ACTIVE = frozenset(
    ("script", "iframe", "object", "embed", "applet", "form", "input", "button", "select", "textarea", "base")
)
_RARE = frozenset(("video", "audio", "svg", "canvas", "math"))

RULES = rules(
    ("conditional-unbalanced", Level.BLOCKER,
     "Outlook on Windows takes the rest of the mail for a comment and shows nothing.",
     "Close every <!--[if ...]> with <![endif]-->, each pair in one mj-raw."),
    ("left-over", Level.BLOCKER,
     "Readers see a piece of the machinery: a tag, an expression, a value that is none.",
     "Mend the template at that place; a story may say such a thing, a template may not."),
    ("active-content", Level.BLOCKER,
     "Mail programs refuse scripts, forms and frames, and filters refuse the mail.",
     "Link to a page instead."),
    ("rare-element", Level.WARNING,
     "Few mail programs show video, sound or drawings; others show a hole.",
     "Show a picture that links to it."),
    ("style-in-body", Level.WARNING,
     "Several programs drop a style block outside the head.",
     "Move it into mj-style."),
    ("table-role", Level.WARNING,
     "A screen reader reads the layout out cell by cell: row 1, column 1.",
     "Write role=\"presentation\" on the table; give a table of data a <th> or a <caption>."),
    ("id-twice", Level.WARNING,
     "Links and labels lead to the first of the two only.",
     "Give each element an id of its own."),
    ("nesting-deep", Level.WARNING,
     "Some programs stop reading at a depth, and the rest is gone.",
     "Use one table with rows instead of sections in sections."),
    ("slot-unknown", Level.NOTE,
     "A reader without that attribute gets an empty place.",
     "Import the attribute for every reader, or leave the slot out."),
)  # fmt: skip


def check(mail: Mail) -> Iterator[Finding]:
    """Yield what stands where it may not."""
    yield from _left_overs(mail)
    html = mail.rendering.html
    opened, closed = len(re.findall(r"<!--\[if [^\]]*\]>", html)), html.count("<![endif]")
    if opened != closed:
        yield finding(
            Level.BLOCKER, "conditional-unbalanced",
            f"{opened} conditional comments open, {closed} close: Outlook shows a blank mail", "html",
        )  # fmt: skip
    yield from _elements(mail)
    ids = Counter(element.get("id") for element in mail.elements if element.get("id"))
    for name, count in ids.items():
        if count > 1:
            yield finding(Level.WARNING, "id-twice", f"id “{name}” is there {count} times", "body")
    deepest = max(mail.elements, key=_depth, default=None)
    if deepest is not None and _depth(deepest) > MAX_DEPTH:
        unread = ", and deeper ones were not looked at" if _depth(deepest) >= DEEPEST else ""
        yield finding(Level.WARNING, "nesting-deep", f"elements nest {_depth(deepest)} deep{unread}", deepest)
    unknown = sorted(mail.rendering.slots - set(READER_SLOTS) - {"confirm_url"})
    if unknown:
        yield finding(
            Level.NOTE, "slot-unknown", f"every reader needs a value for: {', '.join(unknown)}", "slots"
        )


def _left_overs(mail: Mail) -> Iterator[Finding]:
    last = mail.html.rfind("</style>")  # so that the search for an end never goes on in vain
    shown = re.sub(r"<style\b.*?</style>", "", mail.html[: last + 8], flags=re.DOTALL) + mail.html[last + 8 :]
    parts = (("subject", mail.rendering.subject), ("html", shown), ("text", mail.rendering.text))
    for part, text in parts:
        for expression, what in _LEFT_OVER:
            match = next((m for m in expression.finditer(text) if not mail.tells(_around(text, m))), None)
            if match:
                line = text.count("\n", 0, match.start()) + 1
                yield finding(Level.BLOCKER, "left-over", f"{what}: {match[0]}", f"{part} line {line}")
    for element in mail.elements:
        if element.own_text in ("None", "nan", "NaN"):
            yield finding(Level.BLOCKER, "left-over", f"a value that is none: {element.own_text}", element)


def _around(text: str, match: re.Match[str]) -> str:
    """Return a match with a little of what follows, up to the next tag or line."""
    return re.split(r"[<\n]", text[match.start() : match.start() + 12], maxsplit=1)[0].strip()


def _elements(mail: Mail) -> Iterator[Finding]:
    for element in mail.elements:
        if element.tag in _ACTIVE:
            yield finding(
                Level.BLOCKER, "active-content", f"<{element.tag}> is refused by mail programs", element
            )
        elif element.tag in _RARE:
            yield finding(
                Level.WARNING, "rare-element", f"<{element.tag}> is shown by few mail programs", element
            )
        elif element.tag == "style" and any(parent.tag == "body" for parent in element.ancestors()):
            yield finding(
                Level.WARNING, "style-in-body", "a style block in the body: move it into mj-style", element
            )
        elif (
            element.tag == "table"
            and element.get("role") not in ("presentation", "none")
            and not _is_data(element)
        ):
            yield finding(
                Level.WARNING,
                "table-role",
                'a layout table without role="presentation" is read out cell by cell',
                element,
            )
        handler = next((name for name in element.attributes if name.lower().startswith("on")), None)
        if handler:
            yield finding(Level.BLOCKER, "active-content", f"{handler} runs a script", element)


def _is_data(table: Element) -> bool:
    return any(inner.tag in ("th", "caption") for inner in table.within())


def _depth(element: Element) -> int:
    return sum(1 for _ in element.ancestors())
