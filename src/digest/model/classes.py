"""Reading classes: readers who chose the same, and so have had the same, get the same words.

A class is what a reader's choices mean for one digest: which other digests they read, how often
they want this one, their topics and their language. Choices that the digest cannot tell apart
(a topic that none of its stories is about, a language it does not come in) make no class of
their own.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from digest.model.digest import Digest, SectionRules, Source
from digest.model.edition import Carried
from digest.model.story import Story
from digest.model.text import fold, primary

#: Words that an edition comes in, at most; an edition is previewed in all of them.
MOST = 24
#: The key of the class of those who chose nothing in particular, which every edition has.
EVERYBODY = "all"
#: What stands behind a variant's name when it is the text part of it alone.
PLAIN = "/plain"


class Frequency(StrEnum):
    """How often a reader wants a digest."""

    EACH = "each"
    WEEKLY = "weekly"  #: a round-up of what they have not had
    BREAKING = "breaking"  #: only editions that an editor marked so


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingClass:
    """What readers of one digest have chosen, as far as it makes a difference there."""

    also: tuple[str, ...] = ()  #: other digests that they read, sorted
    frequency: Frequency = Frequency.EACH
    topics: tuple[str, ...] = ()  #: names as `topic_name` gives them, sorted; none: everything
    language: str = ""  #: primary subtag; empty: the digest's own

    @property
    def key(self) -> str:
        """Return its name: `all`, or its choices joined by dots: `topics:culture,film.also:weekend`.

        How often is only said of `breaking`, whose readers have had less; a round-up's readers
        have all chosen it.
        """
        parts = [f"topics:{','.join(self.topics)}"] if self.topics else []
        parts += [f"language:{self.language}"] if self.language else []
        parts += [self.frequency.value] if self.frequency is Frequency.BREAKING else []
        parts += [f"also:{','.join(self.also)}"] if self.also else []
        return ".".join(parts) or EVERYBODY

    def __str__(self) -> str:
        """Return it in words, for editors."""
        parts = [f"topics {', '.join(self.topics)}"] if self.topics else []
        parts += [f"in {self.language}"] if self.language else []
        parts += ["breaking news only"] if self.frequency is Frequency.BREAKING else []
        parts += [f"also reads {', '.join(self.also)}"] if self.also else []
        return "; ".join(parts) or "everybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a class stands in an edition: whose words its readers get, and how many they are."""

    reading: ReadingClass
    readers: int
    follows: str  #: key of the class whose stories it gets: its own, unless it was merged
    variant: str  #: whose words they are: of the first class with the same ones; empty: it is left out
    why: str = ""  #: it is merged, or left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an edition showed to whom."""

    edition: str
    digest: str
    served: frozenset[Frequency]  #: those who want it so often
    placements: tuple[Placement, ...]
    stories: Mapping[str, tuple[Carried, ...]]  #: by variant


def had_by(reading: ReadingClass, digest: str, shown: Sequence[Shown]) -> tuple[Carried, ...]:
    """Return what readers of this class of `digest` have had, each story of an edition once.

    Of the digest itself: what its class got. A class that is new since then inherits what any of
    its readers may have had, which is everything. Of another digest that it reads: all that those
    were shown who read both.
    """
    found: dict[tuple[str, Story], Carried] = {}
    for one in shown:
        if one.digest == digest and reading.frequency in one.served:
            got = {p.variant for p in one.placements if p.reading == reading}
        elif one.digest in reading.also:
            got = {p.variant for p in one.placements if digest in p.reading.also}
        else:
            continue
        for variant in sorted(got or one.stories):
            for carried in one.stories.get(variant, ()):
                there = found.setdefault((one.edition, carried.story), carried)
                if carried.featured and not there.featured:
                    found[one.edition, carried.story] = carried
    return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What one reader chose, as the roster has it."""

    frequency: Frequency = Frequency.EACH
    topics: tuple[str, ...] = ()
    language: str = ""
    also: tuple[str, ...] = ()  #: every other digest that they read
    plain: bool = False
    timezone: str = ""
    hour: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a reader of a digest can choose between: its topics and its languages."""

    topics: Mapping[str, str] = field(default_factory=dict)  #: name -> as printed
    languages: tuple[str, ...] = ()  #: primary subtags; the digest's own first

    def class_of(self, choices: Choices, frequency: Frequency | None = None) -> ReadingClass:
        """Return the class of a reader who chose `choices`; `frequency` says it for all of them."""
        topics = {topic_name(topic) for topic in choices.topics}.intersection(self.topics)
        language = primary(choices.language)
        return ReadingClass(
            also=tuple(sorted(choices.also)),
            frequency=frequency or choices.frequency,
            topics=tuple(sorted(topics)),
            language=language if len(self.languages) > 1 and language in self.languages else "",
        )


def offer_of(digest: Digest, sources: Sequence[Source]) -> Offer:
    """Return what a reader of `digest`, which reads `sources`, can choose between.

    Topics are its sections, their tags and the sections of its sources. It comes in its own
    language and in those that its sources say they write in.
    """
    printed = [name for rules in digest.sections for name in (rules.title, *rules.tags)]
    printed += [source.section for source in sources if source.section]
    topics: dict[str, str] = {}
    for name in printed:
        topics.setdefault(topic_name(name), name)
    languages = [primary(digest.language), *(primary(s.language) for s in sources if s.language)]
    return Offer(topics=topics, languages=tuple(dict.fromkeys(languages)))


def topic_name(topic: str) -> str:
    """Return a topic as it stands in a class's key: folded, words joined by hyphens."""
    return re.sub(r"[\W_]+", "-", fold(topic)).strip("-")


def about(story: Story, digest: Digest, sources: Mapping[str, Source]) -> frozenset[str]:
    """Return the topics of `digest` that `story` is about.

    Its section, or its source's where it names none; its tags; and every section of the digest
    that is made of such stories.
    """
    source = sources.get(story.source)
    section = story.section or (source.section if source else "")
    names = {topic_name(name) for name in (section, *story.tags) if name}
    titles = {topic_name(rules.title) for rules in digest.sections if _takes(rules, story, names)}
    return frozenset(names | titles)


def suits(story: Story, reading: ReadingClass, digest: Digest, sources: Mapping[str, Source]) -> bool:
    """Whether `story` is one that readers of this class chose: of their topics, in their language."""
    if reading.language and story.language and primary(story.language) != reading.language:
        return False
    return not reading.topics or not about(story, digest, sources).isdisjoint(reading.topics)


def _takes(rules: SectionRules, story: Story, names: set[str]) -> bool:
    """Whether a section is made of such stories; one with neither tags nor sources says nothing."""
    if rules.sources and story.source not in rules.sources:
        return False
    if rules.tags and names.isdisjoint(topic_name(tag) for tag in rules.tags):
        return False
    return bool(rules.sources or rules.tags)


def coarser(one: ReadingClass, other: ReadingClass) -> bool:
    """Whether `one` leaves at least as much unsaid as `other`, so that its words can stand for it."""
    return (
        (not one.topics or (bool(other.topics) and set(one.topics) >= set(other.topics)))
        and one.language in ("", other.language)
        and set(one.also) <= set(other.also)
        and one.frequency in (Frequency.EACH, other.frequency)
    )


def nearest(reading: ReadingClass, there: Mapping[ReadingClass, int]) -> ReadingClass:
    """Return the class in `there` whose words stand for `reading`: itself, else the nearest coarser one.

    Nearest is what keeps its language, then shows the fewest topics more, then knows best what
    its readers have had; among equals the one with most readers, then by its key.

    Args:
        there: class -> its readers; one that is coarser than every other must be among them.
    """
    if reading in there:
        return reading
    return min(
        (one for one in there if coarser(one, reading)),
        key=lambda one: (*_distance(one, reading), -there[one], one.key),
    )


def place_of(reading: ReadingClass, kept: Mapping[ReadingClass, Placement]) -> Placement:
    """Return where readers of a class stand in an edition that was built for the classes in `kept`.

    A class that is new since then gets the nearest words that were made.
    """
    if reading in kept:
        return kept[reading]
    there = {one.reading: one.readers for one in kept.values() if one.variant and not one.why}
    end = nearest(reading, there)
    return Placement(
        reading=reading,
        readers=0,
        follows=end.key,
        variant=kept[end].variant,
        why=f"new since the edition was built: gets the words of {end.key}",
    )


def foremost(variants: Sequence[str], placements: Sequence[Placement]) -> str:
    """Return the variant that stands for an edition where only one is shown: somebody gets it.

    That which most readers get of those who asked for all of it; where none of them gets any, that
    which most readers get; the first one while there are no readers.

    Args:
        variants: whose words there are, that of everybody first; at least one.
    """
    of_all, of_whole = Counter[str](), Counter[str]()
    for one in placements:
        of_all[one.variant] += one.readers
        if not one.reading.topics and not one.reading.language:
            of_whole[one.variant] += one.readers
    found = (max(variants, key=lambda name: counted[name]) for counted in (of_whole, of_all) if counted)
    return next((name for name in found if of_all[name]), variants[0])


def merged(
    counted: Mapping[ReadingClass, int], base: ReadingClass, most: int = MOST
) -> dict[ReadingClass, ReadingClass]:
    """Return for each class the one whose words it gets, of which there are at most `most`.

    The smallest goes first, into the nearest coarser one, until the number is right. The order
    in which readers were counted makes no difference.

    Args:
        base: the class of those who chose nothing in particular; it is always there.
    """
    there = {base: 0, **counted}
    into = {reading: reading for reading in there}
    while len(there) > max(1, most):
        small = min((one for one in there if one != base), key=lambda one: (there[one], one.key))
        readers = there.pop(small)
        target = nearest(small, there)
        there[target] += readers
        into = {one: target if end == small else end for one, end in into.items()}
    return into


def _distance(one: ReadingClass, other: ReadingClass) -> tuple[int, int, int, int]:
    everything = 1_000  # more topics than anybody names
    more = 0 if one.topics == other.topics else len(one.topics or range(everything)) - len(other.topics)
    return (
        int(one.language != other.language),
        more,
        int(one.frequency != other.frequency),
        len(other.also) - len(one.also),
    )
