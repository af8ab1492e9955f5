"""Which digests a row is about, and whose word wins."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.builders import PAPER, digest, row, said
from digest.audience.consent import asked_for, standing_by
from digest.model.consent import newest, refuses, stop_scope, stopped_by, word_on
from digest.model.subscriber import EVERYTHING, Saying, Standing, SuppressionReason, Word

DIGESTS = (digest("morning"), digest("weekend", topics=("culture", "film")), digest("Helg"))


def test_only_evidence_makes_a_row_confirmed() -> None:
    assert standing_by(PAPER) is Standing.CONFIRMED
    assert standing_by(None) is Standing.UNCONFIRMED


@pytest.mark.parametrize(
    ("one", "topic", "otherwise", "digests", "named"),
    [
        (row(digests=("helg",)), "", (), ("Helg",), True),
        (row(digests=("morning",), topics=("film",)), "culture", (), ("morning",), True),
        (row(topics=("film",)), "", (), ("weekend",), True),
        (row(topics=("morning", "culture")), "", (), ("morning", "weekend"), True),
        (row(), "culture", (), ("weekend",), True),
        (row(), "morning", (), ("morning",), True),
        (row(topics=("gardening",)), "readers", (), ("morning", "weekend", "Helg"), False),
        (row(), "readers", ("morning",), ("morning",), True),
    ],
)
def test_a_row_asks_by_its_column_then_its_topics_then_for_all(
    one: object, topic: str, otherwise: tuple[str, ...], digests: tuple[str, ...], named: bool
) -> None:
    asked = asked_for(one, DIGESTS, topic=topic, otherwise=otherwise)  # type: ignore[arg-type]  # a Row

    assert (asked.digests, asked.named) == (digests, named)


def test_a_digest_that_is_not_there_is_told() -> None:
    assert asked_for(row(digests=("mornign",)), DIGESTS).unknown == ("mornign",)


def test_a_row_that_only_says_what_was_left_asks_for_nothing() -> None:
    asked = asked_for(row(left=("morning",)), DIGESTS)

    assert (asked.digests, asked.left) == ((), ("morning",))


def test_the_newest_word_wins_and_of_two_at_one_moment_the_no() -> None:
    assert refuses("morning", [said(Word.YES, "morning"), said(Word.NO, "morning", minute=1)])
    assert not refuses("morning", [said(Word.YES, "morning", minute=2), said(Word.NO, EVERYTHING, minute=1)])
    assert refuses("morning", [said(Word.YES, "morning"), said(Word.NO, EVERYTHING)])
    assert refuses("morning", [said(Word.NO, EVERYTHING), said(Word.YES, "weekend", minute=5)])
    assert word_on("morning", []) is None


def test_a_stop_is_lifted_by_a_later_yes_to_anything_and_the_gravest_reason_is_told() -> None:
    bounce = said(Word.NO, stop_scope(SuppressionReason.HARD_BOUNCE), minute=1)
    complaint = said(Word.NO, stop_scope(SuppressionReason.COMPLAINT))

    assert stopped_by([bounce, complaint]) is SuppressionReason.COMPLAINT
    assert stopped_by([bounce, said(Word.YES, "morning", minute=2)]) is None
    assert stopped_by([bounce, said(Word.YES, "morning", minute=1)]) is SuppressionReason.HARD_BOUNCE
    assert not refuses("morning", [bounce, complaint])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(
            said,
            st.sampled_from(list(Word)),
            st.sampled_from(["morning", EVERYTHING, "@complaint", "@hard bounce"]),
            minute=st.integers(0, 5),
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_neither_order_nor_repetition_nor_what_is_superseded_matters(
    words: list[Saying], chance: object
) -> None:
    again = [*words, *words[:3]]
    chance.shuffle(again)  # type: ignore[attr-defined]  # random.Random

    for other in (again, list(newest(again).values())):
        assert refuses("morning", other) == refuses("morning", words)
        assert stopped_by(other) == stopped_by(words)
