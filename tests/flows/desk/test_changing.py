"""An edition is changed on the desk: merged, set anew, and undone; an approval of other words ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.flows.compose import replayed
from digest.flows.desk.changing import Changed, change, undo
from digest.flows.desk.workshop import Workshop
from digest.model.change import OUT, PINNED, Change, Field
from digest.model.edition import EditionState, printed
from digest.model.errors import AskedWrongly, NotFound, StepForbidden
from digest.model.story import Story
from digest.store import archive, compositions, editions, renderings
from digest.store.engine import Store
from digest.web.desk.room import workshop_of
from digest.wiring import House
from newsroom import MORNING, NOW, build, open_newsroom


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    build(house)
    yield house
    house.close()


class Editor:
    """Somebody at the desk, with the page as it was when they looked last."""

    def __init__(self, house: House, name: str) -> None:
        self.house, self.name = house, name
        self.look()

    def look(self) -> None:
        self.version = version(self.house.store)

    def ask(self, *changes: Change) -> Changed:
        return change(
            self.house.store, workshop(self.house), MORNING, changes,
            version=self.version, who=self.name, now=NOW,
        )  # fmt: skip


def workshop(house: House) -> Workshop:
    return workshop_of(house)


def version(store: Store) -> int:
    with store.read() as connection:
        return editions.versions(connection, [MORNING])[MORNING]


def stories(house: House) -> list[Story]:
    """The stories as they are printed, in order."""
    with house.store.read() as connection:
        made = compositions.composition(connection, MORNING)
    return [slot.story for slot in printed(made).selection.slots]


def named(house: House, word: str) -> str:
    return next(story.id for story in stories(house) if word in story.headline)


def html(house: House) -> str:
    with house.store.read() as connection:
        return renderings.renderings(connection, MORNING)["all"].html


def subject(value: str | None) -> Change:
    return Change(field=Field.SUBJECT, value=value)


def test_a_changed_subject_is_what_is_sent(house: House) -> None:
    done = Editor(house, "ada").ask(subject("  The wheel\r\nBcc: x "))

    with house.store.read() as connection:
        words = renderings.renderings(connection, MORNING)["all"]
        line = editions.history(connection, MORNING)[-1]
    assert words.subject == "The wheel Bcc: x"
    assert len(done.made) == 1
    assert (line.who, line.what) == ("ada", "subject: “The wheel Bcc: x”")


def test_words_for_this_edition_leave_the_archive_alone(house: House) -> None:
    owls = named(house, "Owls")

    Editor(house, "ada").ask(Change(field=Field.HEADLINE, story=owls, value="Owls move in upstairs"))

    assert "Owls move in upstairs" in html(house)
    with house.store.read() as connection:
        assert archive.story(connection, owls).headline == "Owls found nesting in the clock tower"
        saved = compositions.saved(connection, MORNING)
        assert replayed(connection, saved) == saved.composition.selection


def test_a_story_that_leads_is_left_out_moved_and_brought_back(house: House) -> None:
    ada = Editor(house, "ada")
    owls, market = named(house, "Owls"), named(house, "Market")

    ada.ask(Change(field=Field.LEAD, value=owls))
    assert stories(house)[0].id == owls
    ada.look()
    ada.ask(Change(field=Field.PLACE, story=market, value=OUT))
    assert market not in {story.id for story in stories(house)}
    ada.look()
    ada.ask(Change(field=Field.PLACE, story=market, value=PINNED))
    assert market in {story.id for story in stories(house)}


def test_stories_are_moved_within_their_block(house: House) -> None:
    owls, market = named(house, "Owls"), named(house, "Market")

    Editor(house, "ada").ask(Change(field=Field.POSITION, story=owls, value=market))

    assert [story.id for story in stories(house)][1:] == [owls, market]


def test_two_editors_changes_of_different_things_merge(house: House) -> None:
    ada, bo = Editor(house, "ada"), Editor(house, "bo")
    owls = named(house, "Owls")

    ada.ask(subject("Good morning, Larkmoor"))
    done = bo.ask(Change(field=Field.HEADLINE, story=owls, value="Owls move in"))

    assert not done.conflicts
    with house.store.read() as connection:
        choice = editions.edition(connection, MORNING).choice
    assert choice.subject == "Good morning, Larkmoor"
    assert choice.edits[0].headline == "Owls move in"


def test_the_second_to_change_the_same_is_told_who_did_what_and_nothing_is_overwritten(house: House) -> None:
    ada, bo = Editor(house, "ada"), Editor(house, "bo")

    ada.ask(subject("Ada's"))
    done = bo.ask(subject("Bo's"), Change(field=Field.PREHEADER, value="And the owls"))

    (met,) = done.conflicts
    assert (met.theirs.who, met.theirs.after, met.mine.value) == ("ada", "Ada's", "Bo's")
    assert [made.field for made in done.made] == [Field.PREHEADER]
    with house.store.read() as connection:
        assert editions.edition(connection, MORNING).choice.subject == "Ada's"
    bo.look()
    assert not bo.ask(subject("Bo's")).conflicts


def test_undo_brings_back_what_was_before_unless_somebody_went_on(house: House) -> None:
    ada = Editor(house, "ada")
    ada.ask(subject("First"))
    first = version(house.store)
    ada.look()
    ada.ask(subject("Second"))

    met = undo(house.store, workshop(house), MORNING, first, who="ada", now=NOW)
    done = undo(house.store, workshop(house), MORNING, version(house.store), who="ada", now=NOW)

    assert [conflict.theirs.after for conflict in met.conflicts] == ["Second"]
    assert len(done.made) == 1
    with house.store.read() as connection:
        assert editions.edition(connection, MORNING).choice.subject == "First"
        assert editions.history(connection, MORNING)[-1].what == "undid: subject: “First”"


def test_only_changes_can_be_undone(house: House) -> None:
    with pytest.raises(NotFound):
        undo(house.store, workshop(house), MORNING, 1, who="ada", now=NOW)


def approve(house: House) -> None:
    with house.store.write() as connection:
        words = renderings.hash_of(renderings.renderings(connection, MORNING))
        renderings.approve(connection, MORNING, words, who="cy", now=NOW)


def state(house: House) -> EditionState:
    with house.store.read() as connection:
        return editions.edition(connection, MORNING).state


def test_a_change_of_content_withdraws_the_approval(house: House) -> None:
    approve(house)

    done = Editor(house, "ada").ask(subject("Other words"))

    assert done.withdrawn
    assert state(house) is EditionState.READY


def test_a_change_that_no_reader_sees_leaves_the_approval(house: House) -> None:
    approve(house)

    done = Editor(house, "ada").ask(Change(field=Field.PLACE, story=named(house, "mill"), value=PINNED))

    assert not done.withdrawn
    assert state(house) is EditionState.APPROVED


def test_nothing_is_changed_once_it_is_being_sent(house: House) -> None:
    approve(house)
    with house.store.write() as connection:
        editions.set_state(
            connection, MORNING, EditionState.APPROVED, EditionState.SENDING, who="cy", now=NOW
        )

    with pytest.raises(StepForbidden):
        Editor(house, "ada").ask(subject("Too late"))


def test_a_value_that_is_too_long_and_a_story_that_is_not_there_are_refused(house: House) -> None:
    ada = Editor(house, "ada")

    with pytest.raises(AskedWrongly, match="201 characters: at most 200"):
        ada.ask(subject("x" * 201))
    with pytest.raises(NotFound):
        ada.ask(Change(field=Field.LEAD, value="00ff"))


def test_a_letter_is_cleaned_and_printed(house: House) -> None:
    Editor(house, "ada").ask(
        Change(field=Field.LETTER, value="Good <em>morning</em>.\n<script>alert(1)</script>Read on.")
    )

    assert "<em>morning</em>" in html(house)
    assert "alert(1)" not in html(house)
