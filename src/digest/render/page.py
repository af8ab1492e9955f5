"""What a template is given to print: a page, its stories and their pictures.

`layout` makes it from a composition. `docs/reference/template-variables.md` lists it for
those who write templates; a test keeps the two equal.
"""

from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from digest.model.digest import Newsroom
from digest.model.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture at its printed size, and the three things said about it."""

    address: str
    width: int  #: CSS pixels
    height: int
    alt: str
    caption: str
    credit: str  #: who made it, and no more
    credit_line: str = ""  #: the same as it is printed: `Photo: HPA`


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One story as it is printed. Whatever a story does not have is empty."""

    id: str
    url: str
    headline: str
    standfirst: str = ""
    label: str = ""  #: `Updated`, of a story that readers have had in an earlier version
    kicker: str = ""  #: the label, and its section where the place does not say it already
    byline: tuple[str, ...] = ()
    dateline: str = ""  #: `Harbour (HPA)`
    paragraphs: tuple[Markup, ...] = ()  #: inline HTML, with its style on it; only the lead has them
    shortened: bool = False  #: the link leads to more text than is printed
    sign_off: str = ""
    also_by: str = ""  #: `Also reported by Herald`: the other sources with a report of the same event
    picture: Picture | None = None
    published: datetime | None = None
    language: str = ""  #: only where it is another one than the digest's
    direction: str = ""  #: likewise
    related: tuple["RelatedBlock", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedBlock:
    """Stories offered under another one, under the heading that is true of them."""

    kind: str  #: see more, same event, background, more from section
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A section of the edition: a heading, and stories under it."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything an edition prints."""

    edition: str
    digest: str
    title: str
    language: str
    direction: str  #: ltr or rtl
    start: str  #: left or right: where a line begins
    end: str
    slanted: bool  #: whether its script has italics and spaced capitals: not Arabic, not Chinese
    date: datetime
    subject: str
    preheader: str
    minutes: int
    newsroom: Newsroom
    letter: tuple[Markup, ...] = ()
    lead: Item | None = None
    blocks: tuple[Block, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), repr=False)
