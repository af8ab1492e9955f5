"""What a story is worth, as a sum that an editor can check: every summand has its words."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from digest.model.digest import Digest
from digest.model.edition import Term
from digest.model.story import Story
from digest.model.text import fold, words
from digest.selection.event import Event
from digest.selection.gate import span
from digest.selection.place import accepts
from digest.selection.repeat import plain_text

RECENCY = 2.0  #: for a story of this minute; halves with every half-life
HALF_LIVES = 2.0  #: that pass until `no_older_than`
REPORTS = 0.6  #: for every doubling of the independent sources that report the event
MOST_REPORTS = 8  #: from which more sources add nothing
SOURCE = 0.8  #: for every doubling of the source's weight
TAGS = 0.25  #: for each tag that the digest asks for, at most MOST_TAGS
MOST_TAGS = 2
IMAGE = 0.3
LENGTH = 0.3  #: for a text of FULL_LENGTH words and more
FULL_LENGTH = 150
PARTIAL = -0.8  #: for a teaser without a text of its own
PRIORITY = 1.0  #: for each step of the editors' urgency
UPDATED = -0.3  #: readers have had an earlier version


def half_life(event: Event, digest: Digest, names: frozenset[str]) -> timedelta:
    """Return the time in which the recency of `event` halves: what the first section that takes it says.

    Without a word of the section a daily digest forgets faster than a weekly one.

    Args:
        names: sections that occur among the candidates, folded.
    """
    own = next((rules.half_life for rules in digest.sections if accepts(rules, event, names)), None)
    return own or digest.stories.no_older_than / HALF_LIVES


def terms_of(event: Event, digest: Digest, names: frozenset[str], *, now: datetime) -> tuple[Term, ...]:
    """Return every summand of the score of `event` that is not nought.

    Args:
        names: sections that occur among the candidates, folded.
    """
    story, found = event.story, []

    def add(name: str, value: float, text: str) -> None:
        if round(value, 2):
            found.append(Term(name=name, value=round(value, 4), words=f"{value:+.2f} {text}"))

    age = max(timedelta(0), now - story.when)
    halves, usual = half_life(event, digest, names), digest.stories.no_older_than / HALF_LIVES
    own = "" if halves == usual else f", halves in {span(halves)}"
    add("recency", RECENCY * 0.5 ** (age / halves), f"recency: {span(age)} old{own}")
    reports = len(event.sources)
    add(
        "reports",
        REPORTS * math.log2(min(reports, MOST_REPORTS)) if reports > 1 else 0.0,
        f"reported by {reports} sources: {', '.join(event.sources)}",
    )
    weight = min(max(event.item.weight, 0.125), 8.0)
    add("source", SOURCE * math.log2(weight), f"source {story.source} has weight {event.item.weight:g}")
    tags = wanted_tags(story, digest)[:MOST_TAGS]
    add("tags", TAGS * len(tags), f"tagged {', '.join(tags)}")
    add("image", IMAGE if has_image(story) else 0.0, "has an image")
    if event.full:
        count = words(plain_text(story), story.language)
        add("length", LENGTH * min(1.0, count / FULL_LENGTH), f"{count} words of text")
    else:
        add("length", PARTIAL, "only a teaser, no text of its own")
    add("priority", PRIORITY * story.priority, f"the editors' priority {story.priority}")
    add("carried", UPDATED if event.earlier else 0.0, "readers have had an earlier version")
    return tuple(found)


def total(terms: Sequence[Term]) -> float:
    """Return the score: the sum of its terms."""
    return round(sum(term.value for term in terms), 4)


def has_image(story: Story) -> bool:
    """Whether there is a picture to print, not only words about one."""
    return any(image.url for image in story.images)


def wanted_tags(story: Story, digest: Digest) -> list[str]:
    """Return the tags of `story` that the digest's sections or lead rules name, in the story's order."""
    wanted = {fold(tag) for section in digest.sections for tag in section.tags}
    wanted |= {fold(rule.value) for rule in digest.lead.prefer if rule.kind == "tag"}
    return [tag for tag in story.tags if fold(tag) in wanted]
