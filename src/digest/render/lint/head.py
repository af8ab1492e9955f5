"""The head of the document: what tells a mail program and a screen reader what they have before them."""

import re
from collections.abc import Iterator

from digest.model.finding import Finding, Level
from digest.model.text import direction, primary
from digest.render.lint.mail import Mail, finding
from digest.render.lint.rule import rules

_BCP47 = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?(-[A-Za-z0-9]{5,8})*$")
_REMOTE = re.compile(r"@import|@font-face", re.IGNORECASE)

RULES = rules(
    ("doctype-missing", Level.WARNING,
     "Without it browsers and webmail fall back to the layout of 1998.",
     "Begin the HTML with <!DOCTYPE html>; MJML does so by itself."),
    ("charset-missing", Level.WARNING,
     "Letters with accents may come out as rubbish, and Gmail may cut the mail short.",
     "Declare charset=utf-8 in the head; MJML does so by itself."),
    ("title-missing", Level.WARNING,
     "A screen reader says nothing when the mail is opened; a browser tab shows an address.",
     "Write <mj-title>{{ page.subject }}</mj-title>."),
    ("title-differs", Level.NOTE,
     "A screen reader announces another mail than the inbox promised.",
     "Use the subject as the title."),
    ("lang-missing", Level.WARNING,
     "A screen reader reads the mail with the voice of the wrong language.",
     "Write lang on <mjml>; the digest's `language` says which."),
    ("lang-wrong", Level.WARNING,
     "A screen reader reads the mail with the voice of the wrong language.",
     "Use {{ page.language }} for lang on <mjml>."),
    ("dir-wrong", Level.WARNING,
     "Lines run in the wrong direction, and punctuation jumps to the other end.",
     "Use {{ page.direction }} for dir on <mjml>."),
    ("article-missing", Level.NOTE,
     "Webmail strips the head, so language and direction have to stand on the mail itself as well.",
     "Keep the wrapper with role=\"article\" that mj-body writes."),
    ("no-dark-mode", Level.NOTE,
     "In the dark, programs choose colours of their own.",
     "Declare color-scheme and supported-color-schemes as `light dark`, with rules for the dark."),
    ("zoom-blocked", Level.WARNING,
     "Readers with weak eyes cannot enlarge the mail (WCAG 2.2, 1.4.4).",
     "Remove user-scalable and maximum-scale from the viewport."),
    ("remote-style", Level.WARNING,
     "Another server learns who reads, and most programs do not load it anyway.",
     "Use system fonts, and write the styles into the mail."),
)  # fmt: skip


def check(mail: Mail) -> Iterator[Finding]:
    """Yield what is wrong in the head."""
    html = mail.rendering.html
    if not html.lstrip().startswith("<!DOCTYPE html"):
        yield finding(
            Level.WARNING,
            "doctype-missing",
            "no <!DOCTYPE html>: programs fall back to quirks",
            "html line 1",
        )
    if not re.search(r"charset=[\"']?utf-8", html[:2000], re.IGNORECASE):
        yield finding(Level.WARNING, "charset-missing", "the head does not say charset=utf-8", "head")
    title = " ".join(element.own_text for element in mail.named("title")[:1])
    if not title:
        yield finding(Level.WARNING, "title-missing", "the document has no <title>: use the subject", "head")
    elif title != mail.rendering.subject and mail.bulk:
        yield finding(Level.NOTE, "title-differs", f"the title “{title[:60]}” is not the subject", "head")
    yield from _language(mail)
    yield from _metas(mail)
    for number, style in enumerate(mail.styles, 1):
        if _REMOTE.search(style):
            yield finding(
                Level.WARNING, "remote-style",
                "@import or @font-face asks another server for every reader: use system fonts",
                f"style {number}",
            )  # fmt: skip
    for link in mail.named("link"):
        yield finding(
            Level.WARNING, "remote-style", "a linked style sheet is not loaded by mail programs", link
        )


def _language(mail: Mail) -> Iterator[Finding]:
    wanted = mail.rendering.language
    article = [element for element in mail.elements if element.get("role") == "article"]
    for element in (*mail.named("html"), *article[:1]):
        language = element.get("lang")
        if not language or language == "und" or not _BCP47.match(language):
            yield finding(
                Level.WARNING, "lang-missing", f'<{element.tag}> does not say lang="{wanted}"', element.tag
            )
        elif primary(language) != primary(wanted):
            yield finding(
                Level.WARNING, "lang-wrong", f'lang="{language}", but the edition is in {wanted}', element.tag
            )
        if element.get("dir") != direction(language or wanted):
            yield finding(
                Level.WARNING, "dir-wrong", f'<{element.tag}> must say dir="{direction(wanted)}"', element.tag
            )
    if not article:
        yield finding(Level.NOTE, "article-missing", 'no role="article" around the mail: see mj-body', "body")


def _metas(mail: Mail) -> Iterator[Finding]:
    metas = {element.get("name").lower(): element for element in mail.named("meta") if element.get("name")}
    for name in ("color-scheme", "supported-color-schemes"):
        if name not in metas and mail.bulk:
            yield finding(
                Level.NOTE, "no-dark-mode", f"no meta {name}: programs darken the mail as they like", "head"
            )
    viewport = metas.get("viewport")
    content = viewport.get("content").replace(" ", "") if viewport is not None else ""
    if "user-scalable=no" in content or "maximum-scale=1" in content:
        yield finding(Level.WARNING, "zoom-blocked", "the viewport forbids readers to zoom", "head")
