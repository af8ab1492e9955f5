"""Changes merge, and none is lost in silence: whoever works with whom, in whatever order."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.change import OUT, PINNED, Change, Field, Made, applied, clash, value_of
from digest.model.edition import Choice, StoryEdit

SHOWN = ("mill", "market", "owls")


def made(asked: Change, *, number: int = 1, before: str | None = None) -> Made:
    return Made(
        number=number, field=asked.field, story=asked.story, before=before, after=asked.value, who="bo"
    )


def leave_out(story: str) -> Change:
    return Change(field=Field.PLACE, story=story, value=OUT)


def move(story: str, before: str | None) -> Change:
    return Change(field=Field.POSITION, story=story, value=before)


def lead(story: str | None) -> Change:
    return Change(field=Field.LEAD, value=story)


def test_a_story_is_moved_before_another_one() -> None:
    assert applied(Choice(), move("owls", "market"), SHOWN).order == ("mill", "owls", "market")
    assert applied(Choice(), move("mill", None), SHOWN).order == ("market", "owls", "mill")


def test_what_is_left_out_is_pinned_no_more() -> None:
    choice = applied(Choice(pinned=("owls",)), leave_out("owls"), SHOWN)

    assert (choice.pinned, choice.excluded) == ((), ("owls",))


def test_words_for_a_story_that_are_all_taken_back_leave_nothing_behind() -> None:
    headline = Change(field=Field.HEADLINE, story="owls", value="Owls, at last")

    choice = applied(Choice(), headline, SHOWN)
    back = applied(choice, Change(field=Field.HEADLINE, story="owls", value=None), SHOWN)

    assert choice.edits == (StoryEdit(story="owls", headline="Owls, at last"),)
    assert back == Choice()


@pytest.mark.parametrize(
    ("mine", "theirs", "meets"),
    [
        (Change(field=Field.SUBJECT, value="A"), Change(field=Field.SUBJECT, value="B"), True),
        (Change(field=Field.SUBJECT, value="A"), Change(field=Field.SUBJECT, value="A"), False),
        (Change(field=Field.SUBJECT, value="A"), Change(field=Field.PREHEADER, value="B"), False),
        (lead("owls"), leave_out("owls"), True),
        (leave_out("owls"), lead("owls"), True),
        (leave_out("owls"), lead("mill"), False),
        (move("mill", "owls"), leave_out("owls"), True),
        (move("mill", "owls"), move("market", "owls"), False),
        (Change(field=Field.ALT, story="owls", value="Two owls"), leave_out("owls"), True),
        (leave_out("owls"), Change(field=Field.ALT, story="owls", value="Two owls"), False),
    ],
)
def test_only_changes_of_the_same_thing_meet(mine: Change, theirs: Change, meets: bool) -> None:
    assert (clash(mine, [made(theirs)]) is not None) is meets


def test_what_was_changed_and_changed_back_is_in_nobodys_way() -> None:
    back = Change(field=Field.PLACE, story="owls", value=None)

    assert clash(lead("owls"), [made(leave_out("owls")), made(back, number=2)]) is None


@pytest.mark.parametrize(("field", "story"), [(Field.SUBJECT, "owls"), (Field.HEADLINE, "")])
def test_a_change_names_a_story_exactly_where_it_is_a_storys(field: Field, story: str) -> None:
    with pytest.raises(ValueError, match="story's id"):
        Change(field=field, value="x", story=story)


@dataclass
class Desk:
    """A desk that keeps what the archive keeps: the choice, and the history of changes."""

    choice: Choice = field(default_factory=Choice)
    history: list[Made] = field(default_factory=list)

    def take(self, asked: Change, version: int, who: str) -> Made | None:
        """Make a change, or return the one it meets."""
        met = clash(asked, self.history[version:])
        if met is None:
            before = value_of(self.choice, asked.field, asked.story, SHOWN)
            self.choice = applied(self.choice, asked, SHOWN)
            number = len(self.history) + 1
            self.history.append(
                Made(
                    number=number,
                    field=asked.field,
                    story=asked.story,
                    before=before,
                    after=asked.value,
                    who=who,
                )
            )
        return met


WORDS = st.sampled_from(["A", "B", "C"])
STORIES = st.sampled_from(SHOWN)
CHANGES = st.one_of(
    st.builds(Change, field=st.sampled_from([Field.SUBJECT, Field.LETTER]), value=WORDS),
    st.builds(lead, STORIES),
    st.builds(Change, field=st.just(Field.PLACE), story=STORIES, value=st.sampled_from([PINNED, OUT, None])),
    st.builds(Change, field=st.sampled_from([Field.HEADLINE, Field.ALT]), story=STORIES, value=WORDS),
)


@given(st.lists(st.tuples(st.sampled_from(["ada", "bo"]), st.booleans(), CHANGES), max_size=14))
def test_two_editors_lose_nothing_in_silence(steps: list[tuple[str, bool, Change]]) -> None:
    """Whoever looks seldom and writes much: a word that is gone was replaced by one who had seen it."""
    desk, seen = Desk(), {"ada": 0, "bo": 0}
    told: list[Change] = []
    kept: list[tuple[int, Change, int]] = []  # number in the history, change, version its maker saw
    for who, looks, asked in steps:
        if looks:
            seen[who] = len(desk.history)
        if desk.take(asked, seen[who], who) is None:
            kept.append((len(desk.history), asked, seen[who]))
        else:
            told.append(asked)

    for number, asked, _ in kept:
        if value_of(desk.choice, asked.field, asked.story, SHOWN) != asked.value:
            over = (
                saw
                for later, other, saw in kept
                if later > number
                and (other.field, other.story) == (asked.field, asked.story)
                and other.value != asked.value
            )
            assert next(over) >= number
    assert len(kept) + len(told) == len(steps)
