"""From stories to words, once for each reading class: choose, set, compare.

Classes whose words come out the same share one variant, so an editor looks at each word once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from digest.flows.choosing import Memory
from digest.flows.headline import preheader, subject
from digest.flows.pictures import placed
from digest.model.classes import EVERYBODY, Placement, ReadingClass
from digest.model.digest import Digest, Schedule
from digest.model.edition import Choice, Composition, Selection, printed
from digest.model.finding import Finding
from digest.model.mail import Rendering
from digest.model.text import primary
from digest.render.edition import Rendered, render
from digest.render.template import load_template
from digest.selection.rows import Frequencies
from digest.sources.clean import inline
from digest.store.compositions import Inputs, Made

#: What this process has chosen of late.
_CHOICES = Memory()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one class gets, before it is set."""

    reading: ReadingClass
    composition: Composition
    inputs: Inputs

    @property
    def thin(self) -> str:
        """Return why its readers are left out of this edition, or nothing."""
        return too_few(self.composition.selection, self.inputs.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of an edition, and whose they are."""

    made: Mapping[str, Made]  #: by variant
    variants: Mapping[str, Rendering]
    of: Mapping[ReadingClass, str]  #: class -> variant; empty: it is left out
    thin: Mapping[ReadingClass, str]  #: why a class is left out


def part_for(
    reading: ReadingClass,
    inputs: Inputs,
    digest: Digest,
    *,
    edition: str,
    date: datetime,
    findings: tuple[Finding, ...],
    background: Frequencies,
    templates: Sequence[Path],
) -> Part:
    """Choose for one class: the editors' words where they wrote some, else made from its stories."""
    choice, selection = inputs.choice, _CHOICES.chosen(inputs, background)
    own = not reading.language or reading.language == primary(digest.language)
    language = digest.language if own else reading.language
    bare = Composition(
        edition=edition,
        digest=digest.id,
        title=digest.title,
        language=language,
        date=date.astimezone(digest.timezone),
        subject="",
        preheader="",
        selection=selection,
        letter=letter_of(choice.letter),
        findings=findings,
        edits=choice.edits,
    )
    shown = printed(bare).selection
    composition = replace(
        bare,
        subject=_subject(shown, choice, digest, language, templates),
        preheader=preheader(shown, title=digest.title, language=language)
        if choice.preheader is None
        else choice.preheader,
    )
    return Part(reading=reading, composition=composition, inputs=inputs)


def _subject(
    shown: Selection, choice: Choice, digest: Digest, language: str, templates: Sequence[Path]
) -> str:
    if choice.subject is not None:
        return choice.subject
    made = subject(shown, title=digest.title, language=language)
    if not choice.corrects:
        return made
    return load_template(digest.template, templates).words.say(language, "correction", headline=made)


def letter_of(written: str) -> str:
    """Return an editor's few words as clean inline HTML; a new line is a new line."""
    return "<br>".join(inline(line) for line in written.strip().splitlines())


def set_parts(parts: Sequence[Part], typeset: Callable[[Composition], Rendered]) -> Words:
    """Set every part, the first one whatever is in it; those that come out the same once."""
    made: dict[str, Made] = {}
    variants: dict[str, Rendering] = {}
    of: dict[ReadingClass, str] = {}
    by_matter: dict[Composition, str] = {}
    for part in parts:
        if part.thin and part is not parts[0]:
            of[part.reading] = ""
            continue
        matter = _matter(part.composition)
        if matter not in by_matter:
            rendered = typeset(part.composition)
            same = (name for name, words in variants.items() if words.hash == rendered.rendering.hash)
            variant = by_matter[matter] = next(same, part.reading.key)
            if variant not in variants:
                found = (*part.composition.findings, *rendered.findings)
                whole = replace(part.composition, findings=found)
                variants[variant] = rendered.rendering
                made[variant] = Made(composition=whole, inputs=part.inputs)
        of[part.reading] = by_matter[matter]
    thin = {part.reading: part.thin for part in parts if not of[part.reading]}
    return Words(made=made, variants=variants, of=of, thin=thin)


def typeset(
    connection: Connection,
    schedule: Schedule,
    digest: Digest,
    composition: Composition,
    *,
    templates: Sequence[Path],
    nonce: Callable[[str, str], str],
) -> Rendered:
    """Return the words of what a variant is made of. All variants share a nonce, so as to be compared."""
    return render(
        composition,
        newsroom=schedule.newsroom,
        template=load_template(digest.template, templates),
        pictures=placed(connection, printed(composition).selection.carried, pages=schedule.newsroom.pages),
        nonce=nonce(composition.edition, EVERYBODY),
        titles={source.id: source.title for source in schedule.sources if source.title},
    )


def too_few(selection: Selection, digest: Digest) -> str:
    """Return why an edition with this selection is left out, or nothing."""
    number, wanted = len(selection.slots), digest.skip.with_fewer_than
    if number >= max(1, wanted):
        return ""
    return "no stories" if number == 0 else f"{number} of at least {wanted} stories"


def placements_of(
    words: Words, into: Mapping[ReadingClass, ReadingClass], counted: Mapping[ReadingClass, int]
) -> tuple[Placement, ...]:
    """Return where every class stands: whose words it gets, or why it gets none."""
    found = []
    for reading, end in into.items():
        if end not in words.of:
            continue  # only some words were asked for
        why = "" if reading == end else f"too few readers for words of their own: gets those of {end.key}"
        if end in words.thin:
            why = "; ".join(filter(None, (why, f"left out: {words.thin[end]} that it has not had")))
        found.append(
            Placement(
                reading=reading,
                readers=counted.get(reading, 0),
                follows=end.key,
                variant=words.of[end],
                why=why,
            )
        )
    return tuple(found)


def _matter(composition: Composition) -> Composition:
    """Return what the words of a composition are made from, without what no reader sees."""
    seen = replace(composition.selection, passed_over=(), findings=())
    return replace(composition, selection=seen, findings=())
