"""Editions: one step at a time, frozen by approval, remembered with their reasons."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from digest.model.change import Change, Field, Made
from digest.model.edition import Carried, Choice, EditionState
from digest.model.errors import NotFound, StepForbidden, WaitingForPerson
from digest.model.mail import Rendering
from digest.store.archive import candidates, put_stories
from digest.store.classes import shown
from digest.store.compositions import Inputs, composition, save_composition, saved
from digest.store.editions import (
    EditionKind,
    EditionRecord,
    edition,
    editions,
    history,
    lock,
    note,
    note_change,
    open_edition,
    set_choice,
    set_state,
    versions,
)
from digest.store.engine import Store
from digest.store.renderings import (
    all_renderings,
    approvals,
    approve,
    approved_renderings,
    hash_of,
    renderings,
    save_rendering,
)
from store.samples import MORNING, NOW, SOURCES, a_composition, a_story

ID = "morning/2026-11-23"
MONDAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)
S = EditionState

WORDS = Rendering(
    subject="The quay opens again",
    preheader="And two more stories",
    html="<p>n0nce-text-name-z</p>",
    text="n0nce-text-name-z",
    nonce="n0nce",
)


def test_an_edition_is_opened_once_and_found_by_id_digest_and_day(any_store: Store) -> None:
    with any_store.write() as connection:
        first = opened(connection)
        again = open_edition(connection, ID, digest="morning", day=MONDAY, who="anna", now=NOW + HOUR)
        opened(connection, "morning/2026-11-24", day=date(2026, 11, 24))
        opened(connection, "weekend/2026-11-23", digest="weekend")

        assert first == again == edition(connection, ID)
        assert [one.id for one in editions(connection, "morning")] == ["morning/2026-11-24", ID]
        assert [one.id for one in editions(connection, "morning", day=MONDAY)] == [ID]
        assert [line.who for line in history(connection, ID)] == ["clock"]


def test_letters_are_not_listed_among_editions(any_store: Store) -> None:
    with any_store.write() as connection:
        open_edition(
            connection, "letters/confirm/en", digest="letters", day=MONDAY, who="program", now=NOW,
            kind=EditionKind.LETTER, state=S.SENDING,
        )  # fmt: skip

        assert editions(connection) == []
        assert len(editions(connection, kinds=[EditionKind.LETTER])) == 1


def test_an_unknown_edition_is_answered_with_those_there_are(any_store: Store) -> None:
    with any_store.write() as connection:
        opened(connection)

        with pytest.raises(NotFound, match=f"the newest are {ID}"):
            edition(connection, "morning/2026-11-22")


def test_a_step_writes_who_what_and_when_into_the_history(any_store: Store) -> None:
    with any_store.write() as connection:
        opened(connection)

        set_state(connection, ID, S.COLLECTING, S.SKIPPED, who="clock", now=NOW + HOUR, why="2 stories")

        record, line = edition(connection, ID), history(connection, ID)[-1]
        assert (record.state, record.why, record.changed_at) == (S.SKIPPED, "2 stories", NOW + HOUR)
        assert (line.who, line.what, line.at) == ("clock", "skipped: 2 stories", NOW + HOUR)
        assert (line.old, line.new) == (S.COLLECTING, S.SKIPPED)


def test_of_two_who_saw_the_same_state_only_the_first_one_wins(any_store: Store) -> None:
    with any_store.write() as connection:
        opened(connection, state=S.READY)
        set_state(connection, ID, S.READY, S.HELD, who="anna", now=NOW)

        with pytest.raises(StepForbidden, match="cannot become approved: it is held"):
            set_state(connection, ID, S.READY, S.APPROVED, who="clock", now=NOW)

        assert [line.what for line in history(connection, ID)] == ["opened", "held"]


def test_a_forbidden_step_changes_nothing(any_store: Store) -> None:
    with any_store.write() as connection:
        opened(connection, state=S.READY)

        with pytest.raises(StepForbidden):
            set_state(connection, ID, S.READY, S.SENT, who="clock", now=NOW)

        assert edition(connection, ID).state is S.READY


def test_a_step_and_its_line_are_undone_together(any_store: Store) -> None:
    with any_store.write() as connection:
        opened(connection, state=S.READY)

    with pytest.raises(StepForbidden), any_store.write() as connection:  # noqa: PT012  # both or none
        set_state(connection, ID, S.READY, S.HELD, who="anna", now=NOW)
        set_state(connection, ID, S.READY, S.HELD, who="anna", now=NOW)

    with any_store.read() as connection:
        assert edition(connection, ID).state is S.READY
        assert len(history(connection, ID)) == 1


def test_what_editors_decide_is_kept_with_a_line_of_history(any_store: Store) -> None:
    choice = Choice(lead="00ff", pinned=("00ff", "11ee"), excluded=("22dd",), subject="Owls, at last")
    lead = Change(field=Field.LEAD, value="00ff")
    with any_store.write() as connection:
        opened(connection)

        set_choice(connection, ID, choice, now=NOW)
        note_change(connection, ID, lead, before=None, who="anna", what="“Owls” leads", now=NOW)
        note(connection, ID, who="anna", what="test copy to anna@harbour.example", now=NOW)

        first, second = history(connection, ID)[1:]
        assert edition(connection, ID).choice == choice
        assert first.change == Made(
            number=first.number, field=Field.LEAD, story="", before=None, after="00ff", who="anna"
        )
        assert second.what == "test copy to anna@harbour.example"
        assert second.change is None


def test_the_version_of_an_edition_grows_with_every_line(any_store: Store) -> None:
    with any_store.write() as connection:
        opened(connection)
        before = versions(connection, [ID])[ID]

        note(connection, ID, who="anna", what="test copy", now=NOW)

        assert versions(connection, [ID])[ID] > before
        assert lock(connection, ID).id == ID


def test_a_composition_comes_back_word_for_word(any_store: Store) -> None:
    stories = [a_story(number) for number in range(1, 6)]
    with any_store.write() as connection:
        opened(connection)
        put_stories(connection, stories, now=NOW)
        save_composition(connection, a_composition(stories), now=NOW, program="0.1.0")

    with any_store.read() as connection:
        found = composition(connection, ID)

        assert found == a_composition(stories)
        assert str(found.date.tzinfo) == "Europe/Stockholm"
        assert edition(connection, ID).subject == "The quay opens again"


def test_what_it_was_chosen_from_comes_back_so_that_it_can_be_chosen_again(any_store: Store) -> None:
    stories = [a_story(number) for number in range(1, 6)]
    inputs = Inputs(
        digest=MORNING,
        sources=SOURCES,
        candidates=tuple(stories),
        archive=(a_story(9),),
        carried=(Carried(story=a_story(8), edition="morning/2026-11-20", at=NOW - 72 * HOUR),),
        choice=Choice(lead=stories[0].id),
        now=NOW,
    )
    with any_store.write() as connection:
        opened(connection)

        save_composition(connection, a_composition(stories), now=NOW, program="0.1.0", inputs=inputs)

        found = saved(connection, ID)
        assert (found.inputs, found.program, found.version) == (inputs, "0.1.0", 1)


def test_a_story_stays_as_it_was_printed_when_its_source_changes_it_later(any_store: Store) -> None:
    stories = [a_story(number) for number in range(1, 4)]
    with any_store.write() as connection:
        opened(connection)
        save_composition(connection, a_composition(stories), now=NOW, program="0.1.0")

        put_stories(connection, [a_story(1, headline="Corrected")], now=NOW + HOUR)

        assert composition(connection, ID) == a_composition(stories)
        newest = candidates(connection, sources=["city"], since=NOW - 24 * HOUR)
        assert "Corrected" in [one.headline for one in newest]


def test_a_story_in_words_that_the_archive_lacks_comes_back_all_the_same(any_store: Store) -> None:
    stories = [a_story(number) for number in range(1, 4)]
    shown = [replace(stories[0], updated=NOW), *stories[1:]]  # the same version, told with another time
    with any_store.write() as connection:
        opened(connection)
        put_stories(connection, stories, now=NOW)

        save_composition(connection, a_composition(shown), now=NOW, program="0.1.0")

        assert composition(connection, ID) == a_composition(shown)


def test_a_later_save_counts_and_only_the_last_ones_are_kept(any_store: Store) -> None:
    stories = [a_story(number) for number in range(1, 5)]
    with any_store.write() as connection:
        opened(connection)

        for number in range(1, 24):
            changed = replace(a_composition(stories), subject=f"Take {number}")
            assert save_composition(connection, changed, now=NOW, program="0.1.0") == number

        assert composition(connection, ID).subject == "Take 23"


def test_an_edition_that_was_never_built_says_so(any_store: Store) -> None:
    with any_store.write() as connection:
        opened(connection)

        with pytest.raises(NotFound, match="build it first"):
            composition(connection, ID)


def test_readers_have_seen_only_what_began_to_be_sent(any_store: Store) -> None:
    stories = [a_story(number) for number in range(1, 6)]
    with any_store.write() as connection:
        opened(connection, state=S.APPROVED)
        save_composition(connection, a_composition(stories), now=NOW, program="0.1.0")
        early = NOW - HOUR
        before = shown(connection, ["morning"], since=early, before=early)

        set_state(connection, ID, S.APPROVED, S.SENDING, who="clock", now=NOW)
        set_state(connection, ID, S.SENDING, S.PAUSED, who="anna", now=NOW + HOUR)
        set_state(connection, ID, S.PAUSED, S.SENDING, who="anna", now=NOW + 2 * HOUR)

        (after,) = shown(connection, ["morning"], since=NOW, before=NOW)
        assert before == []
        assert [(item.story.id, item.featured) for item in after.stories["all"]] == [
            (stories[0].id, True),
            (stories[1].id, False),
            (stories[2].id, True),
        ]
        assert {(item.edition, item.at) for item in after.stories["all"]} == {(ID, NOW)}
        assert shown(connection, ["morning"], since=NOW + HOUR, before=NOW) == []
        assert shown(connection, ["weekend"], since=NOW - HOUR, before=NOW) == []


def test_renderings_come_back_byte_for_byte(any_store: Store) -> None:
    swedish = replace(WORDS, language="sv", subject="Kajen öppnar igen 🙂", html="<p>\r\n\tå</p>")
    with any_store.write() as connection:
        opened(connection)

        first = save_rendering(connection, ID, "en", WORDS, now=NOW)
        save_rendering(connection, ID, "sv", swedish, now=NOW)
        again = save_rendering(connection, ID, "en", WORDS, now=NOW + HOUR)

        assert renderings(connection, ID) == {"en": WORDS, "sv": swedish}
        assert first == again == WORDS.hash


def test_approval_freezes_the_words(any_store: Store) -> None:
    with any_store.write() as connection:
        opened(connection, state=S.READY)
        save_rendering(connection, ID, "en", replace(WORDS, subject="Draft"), now=NOW)
        save_rendering(connection, ID, "en", WORDS, now=NOW)

        approved = approve(connection, ID, hash_of({"en": WORDS}), who="anna", now=NOW)

        assert approved
        assert edition(connection, ID).state is S.APPROVED
        assert approved_renderings(connection, ID) == {"en": WORDS}
        with pytest.raises(StepForbidden, match="frozen"):
            save_rendering(connection, ID, "en", replace(WORDS, subject="Sneaked in"), now=NOW)


def test_what_has_changed_since_it_was_looked_at_cannot_be_approved(any_store: Store) -> None:
    with any_store.write() as connection:
        opened(connection, state=S.READY)
        save_rendering(connection, ID, "en", replace(WORDS, subject="Changed"), now=NOW)

        with pytest.raises(WaitingForPerson, match="look again"):
            approve(connection, ID, hash_of({"en": WORDS}), who="anna", now=NOW)

        assert edition(connection, ID).state is S.READY


def test_two_editors_have_to_be_two(any_store: Store) -> None:
    seen = hash_of({"en": WORDS})
    with any_store.write() as connection:
        opened(connection, state=S.READY)
        save_rendering(connection, ID, "en", WORDS, now=NOW)

        results = [
            approve(connection, ID, seen, who=who, now=NOW, needed=2) for who in ("anna", "anna", "bo")
        ]

        assert results == [False, False, True]
        assert [who for who, _, _ in approvals(connection, ID)] == ["anna", "bo"]


def test_pulling_an_edition_back_forgets_who_approved_it(any_store: Store) -> None:
    with any_store.write() as connection:
        opened(connection, state=S.READY)
        save_rendering(connection, ID, "en", WORDS, now=NOW)
        approve(connection, ID, hash_of({"en": WORDS}), who="anna", now=NOW)

        set_state(connection, ID, S.APPROVED, S.READY, who="bo", now=NOW, what="pulled back")

        assert edition(connection, ID).approved_hash == ""
        assert approvals(connection, ID) == []
        with pytest.raises(WaitingForPerson, match="not approved"):
            approved_renderings(connection, ID)


def test_a_correction_stands_beside_what_was_sent_first(any_store: Store) -> None:
    corrected = replace(WORDS, subject="Corrected: the quay opens again")
    with any_store.write() as connection:
        opened(connection, state=S.SENDING)
        save_rendering(connection, ID, "en", WORDS, now=NOW)

        save_rendering(connection, ID, "en", corrected, now=NOW + HOUR, version=2)

        assert renderings(connection, ID) == {"en": corrected}
        assert all_renderings(connection, ID) == {("en", 1): WORDS, ("en", 2): corrected}


def opened(
    connection: Connection,
    id: str = ID,
    *,
    digest: str = "morning",
    day: date = MONDAY,
    state: EditionState = S.COLLECTING,
) -> EditionRecord:
    """Open an edition in the state that a test starts from."""
    return open_edition(
        connection, id, digest=digest, day=day, due=NOW + HOUR, who="clock", now=NOW, state=state
    )
