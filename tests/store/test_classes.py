"""Where reading classes stand in editions, and what each was shown."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection

from digest.model.classes import Frequency, Placement, ReadingClass, had_by
from digest.model.edition import Choice, EditionState
from digest.store.classes import placements, save_placements, shown
from digest.store.compositions import Made, save_compositions
from digest.store.editions import open_edition, set_choice, set_state
from digest.store.engine import Store
from store.samples import NOW, a_composition, a_story

EVERYBODY, FILM = ReadingClass(), ReadingClass(topics=("film",))
BOTH = ReadingClass(also=("evening",))
HOUR = timedelta(hours=1)
STORIES = [a_story(number) for number in range(1, 9)]


def place(reading: ReadingClass, variant: str = "", readers: int = 1) -> Placement:
    return Placement(reading=reading, readers=readers, follows=reading.key, variant=variant)


def built(
    connection: Connection,
    edition: str = "morning/2026-11-23",
    *,
    variants: dict[str, list[int]],
    placed: list[Placement],
    published: bool = True,
) -> None:
    """Keep an edition whose variants show these stories (two are featured, one is related)."""
    digest = edition.partition("/")[0]
    open_edition(connection, edition, digest=digest, day=date(2026, 11, 23), due=NOW + HOUR, who="t", now=NOW)
    set_state(connection, edition, EditionState.COLLECTING, EditionState.READY, who="t", now=NOW)
    made = {
        variant: Made(composition=a_composition([STORIES[n] for n in numbers], edition=edition))
        for variant, numbers in variants.items()
    }
    save_compositions(connection, made, now=NOW, program="t")
    save_placements(connection, edition, placed)
    if published:
        set_state(connection, edition, EditionState.READY, EditionState.APPROVED, who="t", now=NOW)
        set_state(connection, edition, EditionState.APPROVED, EditionState.SENDING, who="t", now=NOW)


def had(connection: Connection, reading: ReadingClass, digest: str = "morning") -> set[int]:
    """Return the numbers of the stories that readers of a class of `digest` have had an hour later."""
    found = shown(connection, ["morning", "evening"], since=NOW - HOUR, before=NOW + 2 * HOUR)
    return {
        STORIES.index(next(s for s in STORIES if s.id == c.story.id)) for c in had_by(reading, digest, found)
    }


def test_placements_come_back_as_they_were_kept_the_most_readers_first(any_store: Store) -> None:
    placed = [
        place(EVERYBODY, "all", 3),
        replace(place(FILM, "all", 9), follows="all", why="merged"),
        place(replace(BOTH, frequency=Frequency.BREAKING, language="vi")),
    ]
    with any_store.write() as connection:
        built(connection, variants={"all": [0, 1, 2]}, placed=placed)

        assert placements(connection, "morning/2026-11-23") == (placed[1], placed[0], placed[2])
        save_placements(connection, "morning/2026-11-23", placed[:1])
        assert placements(connection, "morning/2026-11-23") == (placed[0],)


def test_a_class_has_had_what_it_got_and_one_that_is_new_what_anybody_got(any_store: Store) -> None:
    with any_store.write() as connection:
        built(
            connection,
            variants={"all": [0, 1, 2], "topics:film": [2, 3, 4]},
            placed=[place(EVERYBODY, "all"), place(FILM, "topics:film")],
        )

        assert had(connection, EVERYBODY) == {0, 1, 2}
        assert had(connection, FILM) == {2, 3, 4}
        assert had(connection, ReadingClass(topics=("city",))) == {0, 1, 2, 3, 4}


def test_a_class_that_was_left_out_has_had_nothing_of_it(any_store: Store) -> None:
    with any_store.write() as connection:
        built(connection, variants={"all": [0, 1, 2]}, placed=[place(EVERYBODY, "all"), place(FILM)])

        assert had(connection, FILM) == set()


def test_who_reads_another_digest_has_had_what_readers_of_both_were_shown_there(any_store: Store) -> None:
    also_morning = ReadingClass(also=("morning",))
    with any_store.write() as connection:
        built(
            connection, "evening/2026-11-22",
            variants={"all": [0, 1, 2], "also:morning": [3, 4, 5]},
            placed=[place(EVERYBODY, "all"), place(also_morning, "also:morning")],
        )  # fmt: skip

        assert had(connection, BOTH) == {3, 4, 5}
        assert had(connection, EVERYBODY) == set()


def test_what_is_built_and_comes_earlier_counts_as_had_and_what_comes_later_does_not(
    any_store: Store,
) -> None:
    also_morning = ReadingClass(also=("morning",))
    with any_store.write() as connection:
        built(
            connection, "evening/2026-11-23", variants={"all": [0, 1, 2]}, published=False,
            placed=[place(also_morning, "all")],
        )  # fmt: skip

        assert had(connection, BOTH) == {0, 1, 2}
        names, due = ["morning", "evening"], NOW + HOUR  # that of the other digest
        assert shown(connection, names, since=NOW - HOUR, before=due) == []
        assert len(shown(connection, names, since=NOW - HOUR, before=due, first=["evening"])) == 1
        assert shown(connection, names, since=NOW - HOUR, before=due + 13 * HOUR) == []  # it never went


def test_weekly_readers_have_had_round_ups_and_those_of_breaking_news_what_was_marked(
    any_store: Store,
) -> None:
    weekly, breaking = (replace(EVERYBODY, frequency=each) for each in (Frequency.WEEKLY, Frequency.BREAKING))
    with any_store.write() as connection:
        built(connection, variants={"all": [0, 1, 2]}, placed=[place(EVERYBODY, "all")])
        built(
            connection,
            "morning/2026-11-21/weekly",
            variants={"all": [3, 4, 5]},
            placed=[place(weekly, "all")],
        )
        assert (had(connection, weekly), had(connection, breaking)) == ({3, 4, 5}, set())

        built(
            connection, "morning/2026-11-23/flood", variants={"all": [5, 6, 7]},
            placed=[place(breaking, "all")], published=False,
        )  # fmt: skip
        set_choice(connection, "morning/2026-11-23/flood", Choice(breaking=True), now=NOW)

        assert had(connection, breaking) == {5, 6, 7}
        assert had(connection, EVERYBODY) == {0, 1, 2, 5, 6, 7}
