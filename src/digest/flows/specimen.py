"""A specimen edition: what a newsroom's own template makes of one of everything, before any news is in it.

`specimen` is for the checks, `example` for whoever thinks of signing up before anything was published.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from digest.model.digest import Digest, Newsroom, RelatedKind
from digest.model.edition import Composition, FilledSection, Related, Selection, Slot
from digest.model.finding import Level
from digest.model.mail import Rendering
from digest.model.story import Dateline, Story
from digest.render.edition import render
from digest.render.lint import lint
from digest.render.template import load_template

_DAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
_NONCE = "n0specimen0specimen"


def faults_of(template: str, folders: Sequence[Path]) -> list[str]:
    """Return what must not be sent of a specimen that `template` sets; empty when it is fine.

    Raises:
        RenderError: the template cannot set it, with its file and line.
    """
    newsroom = Newsroom(
        name="Specimen", website="https://specimen.example", pages="https://letters.specimen.example",
        postal_address="1 Specimen Street",
    )  # fmt: skip
    made = specimen()
    rendered = render(
        made, newsroom=newsroom, template=load_template(template, folders), pictures={}, nonce=_NONCE
    )
    found = lint(rendered.rendering, composition=made, newsroom=newsroom)
    return [f"{f.message} [{f.code}]" for f in found if f.level is Level.BLOCKER]


def specimen() -> Composition:
    """Return an edition with a lead, a related story, and a section."""
    lead, related, row = (_story(number) for number in range(3))
    see = Related(kind=RelatedKind.BACKGROUND, score=0.5, why="specimen", story=related)
    selection = Selection(
        featured=(Slot(story=lead, why=("specimen",), related=(see,)),),
        sections=(FilledSection(title="Section", stories=(Slot(story=row, why=("specimen",)),)),),
    )
    return Composition(
        edition="specimen/2026-11-23", digest="specimen", title="The Specimen", language="en", date=_DAY,
        subject="A specimen of a subject", preheader="A specimen of the line behind a subject in the inbox",
        selection=selection,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """What stands in an example, in the language of its digest."""

    subject: str
    lead: tuple[str, str]  #: headline and standfirst
    story: tuple[str, str]
    related: str


@lru_cache(maxsize=32)  # anybody may ask for it as often as they like
def example(
    digest: Digest, newsroom: Newsroom, phrases: Phrases, folders: tuple[Path, ...], as_of: int
) -> Rendering:
    """Return what an edition of `digest` looks like, before there is one: in its own template.

    Args:
        as_of: another number when the templates have changed.

    Raises:
        RenderError: the template cannot set it.
    """
    lead, related, *rows = (
        replace(
            _story(number), headline=headline, standfirst=text, byline=(), dateline=None, body=(), section="",
            url=newsroom.website or newsroom.pages, language=digest.language,
        )
        for number, (headline, text) in enumerate([phrases.lead, (phrases.related, ""), *3 * [phrases.story]])
    )  # fmt: skip
    see = Related(kind=RelatedKind.SAME_EVENT, score=0.5, why="example", story=related)
    titles = [rules.title for rules in digest.sections][:2] or [digest.title]
    parts = [rows[:2], rows[2:]] if len(titles) > 1 else [rows]
    selection = Selection(
        featured=(Slot(story=lead, why=("example",), related=(see,)),),
        sections=tuple(
            FilledSection(title=title, stories=tuple(Slot(story=one, why=("example",)) for one in stories))
            for title, stories in zip(titles, parts, strict=True)
        ),
    )
    made = Composition(
        edition=f"{digest.id}/{_DAY.date()}", digest=digest.id, title=digest.title, language=digest.language,
        date=_DAY, subject=phrases.subject, preheader=phrases.lead[1], selection=selection,
    )  # fmt: skip
    template = load_template(digest.template, folders)
    return render(made, newsroom=newsroom, template=template, pictures={}, nonce=_NONCE).rendering


def _story(number: int) -> Story:
    return Story(
        source="specimen",
        url=f"https://specimen.example/{number}",
        headline=f"A specimen of headline number {number}",
        standfirst="A specimen of a standfirst, which says in a line or two what happened.",
        byline=("A. Writer",),
        dateline=Dateline(place="Specimen"),
        body=("A specimen of a first paragraph.", "A specimen of a second one."),
        section="Section",
        published=_DAY,
        first_seen=_DAY,
    )
