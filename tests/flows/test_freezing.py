"""The audience, frozen: every reader once, in words that were looked at, whatever anybody chose meanwhile."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.flows.freezing import freeze
from digest.flows.readers import readership
from digest.model.cadence import Cadence
from digest.model.classes import PLAIN, Choices, Frequency, Placement, ReadingClass, coarser, merged
from digest.model.digest import Digest, Newsroom, Schedule, SectionRules, Source, SourceKind, StoryRules
from digest.model.edition import EditionState
from digest.model.mail import Rendering
from digest.model.subscriber import Standing
from digest.store import classes
from digest.store.editions import open_edition, set_state
from digest.store.engine import Store, open_store
from digest.store.ledger import history, names
from digest.store.renderings import approve, hash_of, renderings, save_rendering
from digest.store.roster import people, standing
from store.readers import bring, reader

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
EDITION = "morning/2026-11-23"
DAILY = Cadence(written="daily at 07:00", times=(time(7),))
MORNING = Digest(
    id="morning", title="The Morning Post", cadence=DAILY, stories=StoryRules(), timezone=ZoneInfo("UTC"),
    sections=(SectionRules(title="City"), SectionRules(title="Film")), reading_classes=4,
)  # fmt: skip
SCHEDULE = Schedule(
    newsroom=Newsroom(name="Post"),
    sources=(Source(id="viet", kind=SourceKind.FOLDER, location="v", language="vi"),),
    digests=(MORNING, replace(MORNING, id="evening")),
)
READERS = readership(SCHEDULE, MORNING, EDITION)


@dataclass(frozen=True)
class Person:
    """A made-up reader: what they chose, before the edition was built and after."""

    name: str
    before: Choices
    after: Choices


choices = st.builds(
    Choices,
    frequency=st.sampled_from(list(Frequency)),
    topics=st.sets(st.sampled_from(["city", "film", "chess"])).map(lambda found: tuple(sorted(found))),
    language=st.sampled_from(["", "vi", "sv"]),
    also=st.sampled_from([(), ("evening",)]),
    plain=st.booleans(),
)
crowds = st.lists(st.tuples(choices, choices), min_size=1, max_size=12).map(
    lambda pairs: [Person(f"r{number}", *pair) for number, pair in enumerate(pairs)]
)


def enrol(store: Store, crowd: Sequence[Person]) -> None:
    with store.write() as connection:
        for person in crowd:
            chosen = person.after
            standings = {"morning": Standing.CONFIRMED} | dict.fromkeys(chosen.also, Standing.CONFIRMED)
            who = reader(
                f"{person.name}@post.example",
                name=person.name,
                topics=chosen.topics,
                language=chosen.language,
            )
            (id,) = bring(connection, who, standings=standings)
            standing.set_frequency(connection, id, "morning", chosen.frequency)
            held = people.by_id(connection, id)
            assert held is not None
            people.describe(connection, replace(held.subscriber, plain=chosen.plain))


def words(variant: str) -> Rendering:
    return Rendering(subject=variant, preheader="", html=f"<p>{variant}</p>", text=variant, nonce="n0")


def built(store: Store, crowd: Sequence[Person]) -> set[str]:
    """Keep an approved edition in words for those who were there at the build; return the variants."""
    counted: dict[ReadingClass, int] = {}
    for person in crowd:
        if person.before.frequency is Frequency.EACH:
            reading = READERS.class_of(person.before)
            counted[reading] = counted.get(reading, 0) + 1
    into = merged(counted, READERS.base, MORNING.reading_classes)
    with store.write() as connection:
        open_edition(connection, EDITION, digest="morning", day=date(2026, 11, 23), who="t", now=NOW)
        set_state(connection, EDITION, EditionState.COLLECTING, EditionState.READY, who="t", now=NOW)
        for end in set(into.values()):
            save_rendering(connection, EDITION, end.key, words(end.key), now=NOW)
        placed = [
            Placement(
                reading=one, readers=counted.get(one, 0), follows=end.key, variant=end.key,
                why="" if one == end else f"merged into {end.key}",
            )
            for one, end in into.items()
        ]  # fmt: skip
        classes.save_placements(connection, EDITION, placed)
        kept = renderings(connection, EDITION)
        approve(connection, EDITION, hash_of(kept), who="t", now=NOW)
        set_state(connection, EDITION, EditionState.APPROVED, EditionState.SENDING, who="t", now=NOW)
    return set(kept)


def frozen(store: Store) -> tuple[int, list[tuple[str, str]]]:
    """Freeze; return the number of recipients, and (reader, variant) of every delivery."""
    with store.write() as connection:
        number = freeze(connection, SCHEDULE, MORNING, EDITION, now=NOW)
    with store.read() as connection:
        told = list(history.deliveries(connection, names.edition_key(connection, EDITION), now=NOW))
        versions = names.versions(connection, EDITION)
        readers = people.get_many(connection, [each.subscriber for each in told])
    return number, [(readers[each.subscriber].name, versions[each.rendering][0]) for each in told]


def in_a_store(crowd: Sequence[Person], order: Sequence[Person]) -> tuple[set[str], list[tuple[str, str]]]:
    with TemporaryDirectory() as folder, open_store(f"sqlite:///{Path(folder) / 'd.db'}", now=NOW) as store:
        looked_at = built(store, crowd)
        enrol(store, order)
        number, got = frozen(store)
        assert number == len(got)
        return looked_at, got


@given(crowds)
@settings(max_examples=25, deadline=None)
def test_every_reader_is_enlisted_once_in_words_that_were_looked_at_and_leave_as_much_unsaid(
    crowd: list[Person],
) -> None:
    looked_at, got = in_a_store(crowd, crowd)

    by_name = {person.name: person.after for person in crowd}
    wanted = {name for name, chosen in by_name.items() if chosen.frequency is Frequency.EACH}
    assert sorted(name for name, _ in got) == sorted(wanted)
    for name, variant in got:
        assert variant.removesuffix(PLAIN) in looked_at
        assert variant.endswith(PLAIN) == by_name[name].plain
        mine = READERS.class_of(by_name[name])
        theirs = next(one for one in possible() if one.key == variant.removesuffix(PLAIN))
        assert coarser(theirs, mine)
        assert mine.key not in looked_at or variant.removesuffix(PLAIN) == mine.key


@given(crowds, st.integers(0, 1 << 30))
@settings(max_examples=15, deadline=None)
def test_the_order_in_which_readers_came_makes_no_difference(crowd: list[Person], seed: int) -> None:
    shuffled = random.Random(seed).sample(crowd, len(crowd))

    _, first = in_a_store(crowd, crowd)
    _, second = in_a_store(crowd, shuffled)

    assert sorted(first) == sorted(second)


def possible() -> list[ReadingClass]:
    """Return every class that these choices can make."""
    topics = [(), ("city",), ("film",), ("city", "film")]
    return [
        ReadingClass(topics=some, language=language, also=also)
        for some in topics
        for language in ("", "vi")
        for also in ((), ("evening",))
    ]
