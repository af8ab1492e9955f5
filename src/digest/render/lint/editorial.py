"""The stories themselves: what a desk editor would stumble over when reading the proof."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from digest.model.edition import Composition
from digest.model.finding import Finding, Level
from digest.model.story import Story
from digest.model.text import headline_key, plain, primary
from digest.render.lint.mail import Mail, finding
from digest.render.lint.rule import rules

HEADLINE = 110  #: characters; longer ones run over four lines on a phone

RULES = rules(
    ("story-twice", Level.WARNING,
     "Readers are told the same thing twice.",
     "Leave one of the two out."),
    ("headline-missing", Level.WARNING,
     "The list has a row without a name, and a link without words.",
     "Write a headline into the story."),
    ("headline-capitals", Level.WARNING,
     "Capitals are hard to read, and some screen readers spell them.",
     "Write the headline as a sentence."),
    ("headline-long", Level.NOTE,
     "On a phone it runs over four lines.",
     "Shorten it for this edition."),
    ("standfirst-repeated", Level.NOTE,
     "The reader reads a sentence twice before the news begins.",
     "Leave the standfirst out, or let it say something of its own."),
    ("language-mixed", Level.NOTE,
     "Readers of the digest may not read that language.",
     "Leave the story out, or say in the headline which language it is in."),
    ("date-implausible", Level.WARNING,
     "A wrong year or a time in the future makes the rest hard to believe.",
     "Mend the date at the story's source."),
    ("leads-nowhere", Level.NOTE,
     "Readers get a headline and no way to go on.",
     "Give the story its link, or its text."),
    ("section-empty", Level.WARNING,
     "A heading stands over nothing.",
     "Leave the section out, or make it optional in schedule.yaml."),
    ("stories-not-checked", Level.NOT_CHECKED,
     "The mail was given without the stories it was made from.",
     "Check the edition in its newsroom's folder."),
)  # fmt: skip


def check(mail: Mail) -> Iterator[Finding]:
    """Yield what is odd in the stories."""
    if mail.composition is None:
        return
    composition = mail.composition
    yield from _twice(composition)
    for slot in composition.selection.slots:
        yield from _story(slot.story, composition)
    related = [each.story for slot in composition.selection.slots for each in slot.related]
    nowhere = [story for story in related if not story.url and not story.body]
    if nowhere:
        message = f"{len(nowhere)} of {len(related)} related stories have no link: readers can't go on"
        yield finding(Level.NOTE, "leads-nowhere", message, nowhere[0].headline)
    for section in composition.selection.sections:
        if not section.stories:
            yield finding(Level.WARNING, "section-empty", "a section without stories", section.title)


def _twice(composition: Composition) -> Iterator[Finding]:
    stories = [slot.story for slot in composition.selection.slots]
    keys = Counter(headline_key(story.headline) for story in stories if story.headline)
    for story in stories:
        if keys[headline_key(story.headline)] > 1:
            yield finding(Level.WARNING, "story-twice", "two stories have this headline", story.headline)


def _story(story: Story, composition: Composition) -> Iterator[Finding]:
    place = story.headline or story.id
    letters = [character for character in story.headline if character.isalpha()]
    if not story.headline:
        yield finding(Level.WARNING, "headline-missing", "a story without a headline", place)
    if len(letters) > 12 and story.headline.isupper():
        yield finding(Level.WARNING, "headline-capitals", "the headline is all capitals", place)
    if len(story.headline) > HEADLINE:
        yield finding(
            Level.NOTE, "headline-long", f"the headline has {len(story.headline)} characters", place
        )
    first = plain(story.body[0]) if story.body else ""
    if story.standfirst and headline_key(first) == headline_key(story.standfirst):
        yield finding(Level.NOTE, "standfirst-repeated", "the body begins with the standfirst again", place)
    if story.standfirst and headline_key(story.standfirst) == headline_key(story.headline):
        yield finding(Level.NOTE, "standfirst-repeated", "the standfirst repeats the headline", place)
    if story.language and primary(story.language) != primary(composition.language):
        yield finding(
            Level.NOTE,
            "language-mixed",
            f"the story is in {story.language}, the digest in {composition.language}",
            place,
        )
    seen = max(composition.date, story.first_seen)
    if story.published and story.published > seen + timedelta(hours=1):
        yield finding(
            Level.WARNING, "date-implausible", f"published in the future: {story.published:%d %B %Y}", place
        )
    if not story.url and not story.body:
        yield finding(Level.NOTE, "leads-nowhere", "a teaser without a link: readers can't go on", place)
