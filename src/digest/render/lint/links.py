"""Headings and links: how a mail is walked through without a mouse and without eyes."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from digest.model.finding import Finding, Level
from digest.model.text import fold, squeeze
from digest.render.lint.mail import Element, Mail, declarations, finding, text_of
from digest.render.lint.rule import rules

#: Words that say nothing about where a link leads.
_VAGUE = frozenset(
    ("click here", "here", "read more", "more", "link", "this", "mehr", "hier", "weiterlesen", "ici",
     "cliquez ici", "en savoir plus", "aqui", "leer mas", "haga clic aqui", "las mer", "har", "xem them",
     "tai day", "подробнее", "здесь", "点击这里", "更多", "اضغط هنا", "المزيد")
)  # fmt: skip
_ADDRESS = re.compile(r"^(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/:?#]\S*)?$", re.IGNORECASE)
_SAID = 20  #: characters around a link that make it part of a text

RULES = rules(
    ("one-h1", Level.WARNING,
     "Who walks through the mail by its headings does not find where it begins.",
     "Let the lead, and nothing else, be the heading of the first level."),
    ("heading-skipped", Level.WARNING,
     "Who walks through the mail by its headings thinks that a part is missing.",
     "Use the levels in their order, without a gap."),
    ("heading-empty", Level.WARNING,
     "A screen reader announces a heading and then says nothing.",
     "Leave the heading out when there are no words for it."),
    ("link-empty", Level.WARNING,
     "A press on it does nothing.",
     "Give the story a url, or do not print the link."),
    ("link-broken", Level.WARNING,
     "A press on it leads nowhere: it is no address.",
     "Mend the address at the story's source."),
    ("link-relative", Level.WARNING,
     "A mail has no site of its own, so a part of an address leads nowhere.",
     "Write the whole address, with https://."),
    ("link-private", Level.WARNING,
     "Readers cannot reach a machine of your own network.",
     "Link to the public page."),
    ("link-http", Level.NOTE,
     "Whoever is in between can read and change the page; some programs warn.",
     "Use https:// if the site has it."),
    ("link-without-text", Level.WARNING,
     "A screen reader reads the address, letter by letter.",
     "Put words, or a picture with alt text, into the link."),
    ("link-vague", Level.NOTE,
     "In a list of links, which is how many people read, “here” says nothing.",
     "Say where the link leads."),
    ("link-disguised", Level.WARNING,
     "Filters and readers take it for phishing: it shows one address and leads to another.",
     "Show words, or the address to which it leads."),
    ("link-not-underlined", Level.WARNING,
     "Who does not tell colours apart does not see that it is a link (WCAG 2.2, 1.4.1).",
     "Keep the underline of links in running text."),
    ("text-differs", Level.WARNING,
     "Readers of plain text miss what the others can open; filters compare the two parts.",
     "Print the same links in edition.txt."),
    ("text-lacks-stories", Level.WARNING,
     "Readers of plain text miss stories that the others get.",
     "Print every story in edition.txt."),
    ("links-not-fetched", Level.NOT_CHECKED,
     "Nobody has followed the links; they are checked for their form only.",
     "Run `digest check --edition E --links`, which asks every site once."),
)  # fmt: skip


def check(mail: Mail) -> Iterator[Finding]:
    """Yield what is wrong with headings and links."""
    yield from _headings(mail)
    own = (mail.newsroom.pages if mail.newsroom else "") or "\0"
    for link in mail.named("a"):
        href = link.get("href").strip()
        if "href" not in link.attributes:
            continue
        if not href.startswith((own, "slot-")):
            yield from _address(href, link)
        yield from _words(link, href)
    yield from _both_parts(mail)


def _headings(mail: Mail) -> Iterator[Finding]:
    headings = mail.named("h1", "h2", "h3", "h4", "h5", "h6")
    first = [heading for heading in headings if heading.tag == "h1"]
    if len(first) != 1:
        yield finding(
            Level.WARNING, "one-h1", f"{len(first)} headings of the first level: exactly one is right", "body"
        )
    level = 0
    for heading in headings:
        depth = int(heading.tag[1])
        if depth > level + 1:
            yield finding(
                Level.WARNING, "heading-skipped", f"a heading h{depth} follows h{level or 'nothing'}", heading
            )
        if not text_of(heading):
            yield finding(Level.WARNING, "heading-empty", "a heading without words", heading)
        level = depth


def _address(href: str, link: Element) -> Iterator[Finding]:
    parts = _split(href)
    if not href or href == "#":
        yield finding(Level.WARNING, "link-empty", "a link that leads nowhere", link)
    elif parts is None:
        yield finding(Level.WARNING, "link-broken", f"no address: {href[:80]}", link)
    elif parts[0] in ("javascript", "vbscript", "data", "file"):
        yield finding(Level.BLOCKER, "active-content", f"a link that runs or embeds: {parts[0]}:", link)
    elif parts[0] in ("mailto", "tel", "sms"):
        return
    elif parts[0] not in ("http", "https") or not parts[1]:
        yield finding(Level.WARNING, "link-relative", f"not a whole address: {href[:80]}", link)
    elif _private(parts[1]):
        yield finding(Level.WARNING, "link-private", f"readers cannot reach {parts[1]}", link)
    elif parts[0] == "http":
        yield finding(Level.NOTE, "link-http", f"not encrypted: {href[:80]}", link)


def _words(link: Element, href: str) -> Iterator[Finding]:
    words = text_of(link)
    pictures = [image for image in link.within() if image.tag == "img"]
    if not words and not any(image.get("alt").strip() for image in pictures):
        if link.get("aria-hidden") != "true":
            yield finding(Level.WARNING, "link-without-text", f"a link without words: {href[:80]}", link)
        return
    if fold(words).strip(" .…»>→") in _VAGUE:
        yield finding(Level.NOTE, "link-vague", f"“{words}” does not say where it leads", link)
    shown, leads = _ADDRESS.match(words), _split(href)
    if shown and leads and leads[1] and not href.startswith("slot-"):
        host = shown[1].lower().removeprefix("www.")
        if not (leads[1] == host or leads[1].endswith(f".{host}") or leads[1].removeprefix("www.") == host):
            yield finding(
                Level.WARNING,
                "link-disguised",
                f"reads {host}, but leads to {leads[1]}: looks like phishing",
                link,
            )
    parent = link.parent
    around = len(text_of(parent)) - len(words) if parent is not None and parent.tag in ("p", "li") else 0
    if (
        around > _SAID
        and words
        and "underline" not in declarations(link.get("style")).get("text-decoration", "underline")
    ):
        yield finding(
            Level.WARNING, "link-not-underlined", "a link in running text is told by its colour alone", link
        )


def _both_parts(mail: Mail) -> Iterator[Finding]:
    """Yield a finding when the text part leaves out what the HTML part leads to."""
    links = {
        link.get("href") for link in mail.named("a") if mail.bulk and link.get("href").startswith("http")
    }
    missing = sorted(href for href in links if href not in mail.rendering.text)
    if links and len(missing) * 4 > len(links):
        yield finding(
            Level.WARNING, "text-differs",
            f"{len(missing)} of {len(links)} links are not in the text part, such as {missing[0][:80]}",
            "text",
        )  # fmt: skip
    if mail.composition is not None:
        text = squeeze(mail.rendering.text)
        headlines = [squeeze(slot.story.headline) for slot in mail.composition.selection.slots]
        lost = [headline for headline in headlines if headline not in text and headline in mail.words]
        if lost:
            yield finding(
                Level.WARNING, "text-lacks-stories",
                f"{len(lost)} of {len(headlines)} stories are not in the text part, such as “{lost[0][:80]}”",
                "text",
            )  # fmt: skip


def _split(href: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(href)
        return parts.scheme.lower(), (parts.hostname or "").lower()
    except ValueError:
        return None


def _private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".localhost", ".local", ".internal"))
