"""What a row of a list does, and what it can never do."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience.builders import PAPER, asked, row, said
from digest.audience.consent import Asked
from digest.audience.plan import Known, Verdict, decide
from digest.audience.row import Lowered
from digest.model.consent import refuses, stop_scope, stopped_by
from digest.model.subscriber import EVERYTHING, Saying, Standing, Subscriber, SuppressionReason, Word

ADA = Subscriber(
    email="ada@post.example", key="ada@post.example", envelope="ada@post.example", name="Ada", id=7
)


def known(
    standings: Mapping[str, Standing] | None = None,
    *words: Saying,
    own_choice: bool = False,
    who: Subscriber = ADA,
) -> Known:
    return Known(subscriber=who, standings=standings or {}, words=words, own_choice=own_choice)


def test_a_newcomer_with_evidence_is_confirmed_and_gets_no_letter() -> None:
    decision = decide(row(consent=PAPER), asked("morning"), Known())

    assert decision.verdict is Verdict.NEW
    assert decision.subscribe == {"morning": Standing.CONFIRMED}
    assert not decision.asks


def test_a_newcomer_without_evidence_is_unconfirmed_and_is_asked() -> None:
    decision = decide(row(), asked("morning", "weekend"), Known())

    assert decision.subscribe == {"morning": Standing.UNCONFIRMED, "weekend": Standing.UNCONFIRMED}
    assert decision.asks


def test_whoever_left_is_left_alone_even_when_the_row_brings_a_later_yes() -> None:
    left = known({"morning": Standing.UNSUBSCRIBED}, said(Word.NO, "morning"))

    decision = decide(row(consent=PAPER, name="Other"), asked("morning"), left)

    assert decision.verdict is Verdict.LEFT_ALONE
    assert decision.subscriber is None
    assert (decision.subscribe, decision.confirm) == ({}, ())


def test_whoever_left_everything_gets_no_new_digest_from_a_file() -> None:
    decision = decide(row(consent=PAPER), asked("weekend"), known({}, said(Word.NO, EVERYTHING)))

    assert decision.verdict is Verdict.LEFT_ALONE


def test_whoever_is_forgotten_and_refused_is_not_brought_back() -> None:
    decision = decide(row(consent=PAPER), asked("morning"), Known(words=(said(Word.NO, EVERYTHING),)))

    assert decision.verdict is Verdict.LEFT_ALONE


def test_who_left_one_digest_may_get_another() -> None:
    left = known({"morning": Standing.UNSUBSCRIBED}, said(Word.NO, "morning"))

    decision = decide(row(consent=PAPER), asked("morning", "weekend"), left)

    assert decision.verdict is Verdict.CHANGED
    assert decision.subscribe == {"weekend": Standing.CONFIRMED}
    assert decision.refused == ("morning",)


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_a_suppressed_address_is_left_alone(reason: SuppressionReason) -> None:
    stopped = known({"morning": Standing.CONFIRMED}, said(Word.NO, stop_scope(reason)))

    assert decide(row(consent=PAPER, name="Other"), asked("weekend"), stopped).verdict is Verdict.SUPPRESSED


def test_evidence_confirms_whoever_was_only_asked() -> None:
    waiting = known({"morning": Standing.UNCONFIRMED})

    decision = decide(row(consent=PAPER), asked("morning"), waiting)

    assert decision.confirm == ("morning",)
    assert decide(row(), asked("morning"), waiting).verdict is Verdict.SAME


def test_a_file_that_names_no_digest_adds_none_to_those_who_are_there() -> None:
    there = known({"morning": Standing.CONFIRMED})

    assert decide(row(consent=PAPER), asked("morning", "weekend", named=False), there).verdict is Verdict.SAME
    assert decide(row(consent=PAPER), asked("weekend"), there).verdict is Verdict.CHANGED


def test_blanks_in_a_row_leave_what_is_known() -> None:
    assert decide(row(), asked("morning"), known({"morning": Standing.CONFIRMED})).verdict is Verdict.SAME


def test_what_a_row_says_overwrites_but_not_what_the_person_chose() -> None:
    there = {"morning": Standing.CONFIRMED}
    new = row(name="Ada Byron", language="sv", topics=("film",), attributes={"city": "Harbour"})

    changed = decide(new, asked("morning"), known(there)).subscriber
    chosen = decide(new, asked("morning"), known(there, own_choice=True)).subscriber

    assert changed is not None
    assert (changed.name, changed.language, changed.topics) == ("Ada Byron", "sv", ("film",))
    assert chosen is not None
    assert (chosen.name, chosen.language, chosen.topics) == ("Ada", "", ())
    assert chosen.attributes == {"city": "Harbour"}


def test_a_file_of_the_folder_only_adds() -> None:
    decision = decide(
        row(name="Other", language="sv"),
        asked("morning"),
        known({"morning": Standing.CONFIRMED}),
        additions_only=True,
    )

    assert decision.subscriber is not None
    assert (decision.subscriber.name, decision.subscriber.language) == ("Ada", "sv")


def test_a_status_of_unsubscribed_is_a_no_to_everything() -> None:
    decision = decide(row(lowered=Lowered.UNSUBSCRIBED), asked("morning"), Known())

    assert decision.verdict is Verdict.LOWERED
    assert decision.leave == (EVERYTHING,)
    assert decision.subscribe == {}


def test_a_status_with_digests_is_a_no_to_those() -> None:
    named = Asked(digests=("weekend",), by_name=True)

    assert decide(row(lowered=Lowered.UNSUBSCRIBED), named, Known()).leave == ("weekend",)


def test_a_no_that_is_known_already_is_no_news() -> None:
    left = Known(words=(said(Word.NO, EVERYTHING),))

    assert decide(row(lowered=Lowered.UNSUBSCRIBED), asked("morning"), left).verdict is Verdict.SAME


def test_a_file_that_is_read_again_and_again_does_not_override_a_later_yes_of_the_person() -> None:
    back = known(
        {"morning": Standing.CONFIRMED}, said(Word.NO, EVERYTHING), said(Word.YES, EVERYTHING, minute=5)
    )
    no = row(lowered=Lowered.UNSUBSCRIBED)

    assert decide(no, asked("morning"), back, additions_only=True).verdict is Verdict.SAME
    assert decide(no, asked("morning"), back).verdict is Verdict.LOWERED


@pytest.mark.parametrize(
    ("lowered", "reason"),
    [(Lowered.BOUNCED, SuppressionReason.HARD_BOUNCE), (Lowered.COMPLAINED, SuppressionReason.COMPLAINT)],
)
def test_who_bounced_or_complained_elsewhere_is_suppressed_here(
    lowered: Lowered, reason: SuppressionReason
) -> None:
    assert decide(row(lowered=lowered), asked("morning"), Known()).stop is reason


def test_digests_that_a_row_says_they_left_are_left_and_the_others_are_had() -> None:
    both = Asked(digests=("morning",), left=("weekend",), by_name=True)

    decision = decide(row(consent=PAPER), both, Known())

    assert decision.verdict is Verdict.NEW
    assert decision.subscribe == {"morning": Standing.CONFIRMED}
    assert decision.leave == ("weekend",)


_DIGESTS = ("morning", "weekend", "film")
_WORDS = st.lists(
    st.builds(
        said,
        st.sampled_from(list(Word)),
        st.sampled_from((*_DIGESTS, EVERYTHING, *map(stop_scope, SuppressionReason))),
        minute=st.integers(0, 59),
    ),
    max_size=6,
)
_STANDINGS = st.dictionaries(st.sampled_from(_DIGESTS), st.sampled_from(list(Standing)))
_ROWS = st.builds(
    row,
    consent=st.sampled_from([None, PAPER]),
    lowered=st.sampled_from([None, *Lowered]),
    name=st.sampled_from(["", "X"]),
)
_SOME = st.sets(st.sampled_from(_DIGESTS)).map(tuple)
_ASKED = st.builds(Asked, digests=_SOME, unconfirmed=_SOME, left=_SOME, named=st.booleans())


@settings(max_examples=500, deadline=None)
@given(_ROWS, _ASKED, _WORDS, _STANDINGS, st.booleans(), st.booleans())
def test_no_row_ever_raises_anybody_who_said_no(
    one: object,
    what: Asked,
    words: list[Saying],
    standings: dict[str, Standing],
    there: bool,
    additions: bool,
) -> None:
    person = Known(subscriber=ADA if there else None, standings=standings if there else {}, words=words)

    decision = decide(one, what, person, additions_only=additions)  # type: ignore[arg-type]  # built as a Row

    raised = {*decision.subscribe, *decision.confirm}
    assert not any(refuses(digest, words) for digest in raised)
    assert not any(person.standings.get(digest) is Standing.UNSUBSCRIBED for digest in raised)
    assert not raised.intersection(decision.leave)
    if stopped_by(words) is not None:
        assert not raised
    assert all(person.standings.get(digest) is Standing.UNCONFIRMED for digest in decision.confirm)
