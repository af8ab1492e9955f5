"""What people said, and what follows from it in the database."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.consent import refuses, stop_scope, stopped_by
from digest.model.subscriber import EVERYTHING, Saying, Standing, SuppressionReason, Word
from digest.store.engine import Store
from digest.store.roster.audience import audience, barred, barred_from_letters
from digest.store.roster.words import hear, mark_replayed, replayed, words_of
from store.readers import bring, reader, said, standings, who

ADA = "ada@post.example"


def test_a_no_lowers_and_a_later_yes_of_the_person_raises_again(any_store: Store) -> None:
    with any_store.write() as connection:
        bring(connection, reader())

        hear(connection, [said(Word.NO, "morning", minute=1)])
        assert standings(connection) == {"morning": Standing.UNSUBSCRIBED}
        hear(connection, [said(Word.YES, "morning")])
        assert standings(connection) == {"morning": Standing.UNSUBSCRIBED}
        hear(connection, [said(Word.YES, "morning", minute=2)])
        assert standings(connection) == {"morning": Standing.CONFIRMED}


def test_a_no_to_everything_is_a_no_to_each_and_to_what_comes_later(any_store: Store) -> None:
    with any_store.write() as connection:
        bring(connection, reader(), standings={"morning": Standing.CONFIRMED, "film": Standing.PAUSED})

        hear(connection, [said(Word.NO, EVERYTHING)])

        assert set(standings(connection).values()) == {Standing.UNSUBSCRIBED}
        assert refuses("weekend", words_of(connection, [who(ADA)])[who(ADA)])


def test_a_word_about_nobody_we_know_is_kept(any_store: Store) -> None:
    with any_store.write() as connection:
        hear(connection, [said(Word.NO, EVERYTHING)])

        assert [saying.scope for saying in words_of(connection, [who(ADA)])[who(ADA)]] == [EVERYTHING]


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_a_stop_bars_from_editions_and_leaves_the_standing(
    any_store: Store, reason: SuppressionReason
) -> None:
    with any_store.write() as connection:
        (subscriber,) = bring(connection, reader())

        hear(connection, [said(Word.NO, stop_scope(reason))])

        assert standings(connection) == {"morning": Standing.CONFIRMED}
        assert list(audience(connection, "morning")) == []
        assert barred(connection, "morning", [subscriber]) == {subscriber: f"suppressed: {reason}"}
        grave = reason in (SuppressionReason.COMPLAINT, SuppressionReason.EDITOR)
        assert (subscriber in barred_from_letters(connection, [subscriber])) is grave

        hear(connection, [said(Word.YES, "morning", minute=5)])

        assert barred(connection, "morning", [subscriber]) == {}


def test_the_place_in_the_opt_out_file_is_kept_for_each_file(any_store: Store) -> None:
    with any_store.write() as connection:
        mark_replayed(connection, "one", 100)
        mark_replayed(connection, "one", 250)

        assert (replayed(connection, "one"), replayed(connection, "two")) == (250, 0)


_WORDS = st.lists(
    st.builds(
        said,
        st.sampled_from(list(Word)),
        st.sampled_from(["morning", "film", EVERYTHING, "@complaint", "@hard bounce"]),
        minute=st.integers(0, 3),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(_WORDS, st.data())
def test_in_any_order_and_any_number_of_times_the_newest_word_wins(
    tmp_path_factory: pytest.TempPathFactory, words: list[Saying], data: st.DataObject
) -> None:
    from digest.store.engine import open_store

    shuffled = data.draw(st.permutations([*words, *words[:2]]))
    cut = data.draw(st.integers(0, len(shuffled)))
    with (
        open_store(f"sqlite:///{tmp_path_factory.mktemp('words') / 'digest.db'}") as store,
        store.write() as connection,
    ):
        (subscriber,) = bring(
            connection, reader(), standings={"morning": Standing.CONFIRMED, "film": Standing.UNCONFIRMED}
        )
        hear(connection, shuffled[:cut])
        for saying in shuffled[cut:]:
            hear(connection, [saying])

        found = standings(connection)
        allowed = not barred(connection, "morning", [subscriber])

    for digest, standing in found.items():
        if refuses(digest, words):
            assert standing is Standing.UNSUBSCRIBED
        else:
            assert standing is not Standing.UNSUBSCRIBED
    assert allowed == (not refuses("morning", words) and stopped_by(words) is None)
