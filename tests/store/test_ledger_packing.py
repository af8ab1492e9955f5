"""Ids, bits and receipts: what goes in comes out, and takes little room."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.store.ledger import ids, receipts, varint
from digest.store.ledger.fates import Fate, blank, put, spread
from digest.store.ledger.receipts import Accepted, Receipt, merge, queue_id, read_group, unmerge, write_group
from digest.store.ledger.retries import Retries

NUMBERS = st.integers(min_value=0, max_value=1 << 62)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
GROUPS = st.lists(
    st.tuples(st.integers(0, 1 << 41), st.lists(st.tuples(st.integers(0, 999), TEXT), max_size=8)), max_size=8
)


@settings(deadline=None, max_examples=60)
@given(st.lists(NUMBERS))
def test_numbers_come_back_whatever_their_size(numbers: list[int]) -> None:
    assert list(varint.decode(varint.encode(numbers))) == numbers


@given(st.integers(min_value=-(1 << 62), max_value=1 << 62))
def test_a_number_of_either_sign_comes_back(number: int) -> None:
    assert varint.unfold(varint.fold(number)) == number


def test_a_number_that_is_cut_off_is_an_error() -> None:
    with pytest.raises(ValueError, match="cut off"):
        list(varint.decode(b"\x81\x80"))


@settings(deadline=None, max_examples=60)
@given(st.sets(st.integers(1, 1 << 40), min_size=1, max_size=200))
def test_a_chunks_ids_come_back_in_order(members: set[int]) -> None:
    ordered = sorted(members)

    assert ids.unpack(ids.pack(ordered)) == ordered


@pytest.mark.parametrize("wrong", [[], [0, 1], [2, 1], [3, 3], [-4]])
def test_ids_that_are_not_ascending_are_refused(wrong: list[int]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        ids.pack(wrong)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(Fate), min_size=1, max_size=1000))
def test_each_recipients_fate_is_kept_apart_from_the_others(fates: list[Fate]) -> None:
    bits = bytearray(blank(len(fates)))
    for position, fate in reversed(list(enumerate(fates))):
        put(bits, position, Fate.HELD)
        put(bits, position, fate)

    assert list(spread(bytes(bits), len(fates))) == fates
    assert len(bits) == (len(fates) + 3) // 4


@settings(deadline=None, max_examples=60)
@given(GROUPS)
def test_merged_receipts_tell_the_same_as_the_groups(drawn: list[tuple[int, list[tuple[int, str]]]]) -> None:
    seen: set[int] = set()
    groups = []
    for at, replies in drawn:
        fresh = {position: " ".join(reply.split()) for position, reply in replies if position not in seen}
        seen |= fresh.keys()
        groups.append(Receipt(at, tuple(fresh.items())))

    told = unmerge(*merge(groups))

    assert told == {p: Accepted(group.at, reply) for group in groups for p, reply in group.replies}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 999), TEXT), max_size=20))
def test_a_groups_row_comes_back_with_its_replies_on_one_line_each(replies: list[tuple[int, str]]) -> None:
    group = read_group(7, write_group(replies))

    assert group == Receipt(7, tuple((position, " ".join(reply.split())) for position, reply in replies))


def test_times_stay_when_the_replies_are_dropped() -> None:
    times, _ = merge([Receipt(1000, ((0, "250 a"), (2, "250 b"))), Receipt(2000, ((1, "250 c"),))])

    assert unmerge(times, b"") == {0: Accepted(1000, ""), 1: Accepted(2000, ""), 2: Accepted(1000, "")}


@pytest.mark.parametrize(("kind", "most"), [("plain", 2.0), ("postfix", 16.0)])
def test_a_closed_chunk_takes_little_room(kind: str, most: float) -> None:
    chance = random.Random(1)
    members = sorted(chance.sample(range(1, 1_300_000), 1_000_000))[:1000]
    alphabet = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
    order = sorted(range(1000), key=lambda position: position + chance.random() * 12)
    groups, at = [], 1_795_600_000_000
    for start in range(0, 1000, 10):
        at += chance.randrange(2, 9)
        tails = (
            "4b" + "".join(chance.choices(alphabet, k=13)) if kind == "postfix" else "" for _ in range(10)
        )
        replies = zip(
            order[start : start + 10], (f"250 2.0.0 Ok: queued as {tail}" for tail in tails), strict=True
        )
        groups.append(Receipt(at, tuple(replies)))

    times, replies_column = merge(groups)

    row = (
        len(ids.pack(members)) + len(blank(1000)) + len(times) + len(replies_column) + 100
    )  # the other columns
    assert row / 1000 <= most


@pytest.mark.parametrize(
    ("reply", "name"),
    [
        ("250 2.0.0 Ok: queued as 4F2A91C0D3", "4F2A91C0D3"),
        ("250 2.0.0 from MTA(x): 250 2.0.0 Ok: queued as 4bXbKFkfq425mF5", "4bXbKFkfq425mF5"),
        ("250 OK id=1tABcd-000123-4e", "1tABcd-000123-4e"),
        ("250 Ok 0102018f6f0b5510-7baf8b3b-2d60-84c0-21fd-eccd6ae9b56f-000000",
         "0102018f6f0b5510-7baf8b3b-2d60-84c0-21fd-eccd6ae9b56f-000000"),
        ("250 2.0.0 4AN6Aw3b012345 Message accepted for delivery", "4AN6Aw3b012345"),
        ("250 2.0.0 fine", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_relays_name_for_a_message_is_found_in_its_reply(reply: str, name: str) -> None:
    assert queue_id(reply) == name


def test_waits_double_up_to_the_longest_and_end_when_it_is_time_to_give_up() -> None:
    retries = Retries(
        first=timedelta(minutes=30), longest=timedelta(hours=2), give_up=timedelta(hours=5), jitter=0.5
    )

    waits = [retries.wait(attempt, timedelta(0), 0) for attempt in (1, 2, 3, 4, 99)]

    assert waits == [timedelta(minutes=m) for m in (30, 60, 120, 120, 120)]
    assert retries.wait(1, timedelta(0), 0.5) == timedelta(minutes=37.5)
    assert retries.wait(3, timedelta(hours=3), 0) == timedelta(hours=2)
    assert retries.wait(3, timedelta(hours=3, seconds=1), 0) is None


def test_a_reply_keeps_what_all_begin_with_only_once() -> None:
    _, replies = merge(
        [Receipt(1, tuple((p, "250 2.0.0 Ok: queued as the very same words") for p in range(500)))]
    )

    assert len(replies) < 100
    assert receipts.unmerge(merge([Receipt(1, ((0, "x"),))])[0], b"")[0].reply == ""
