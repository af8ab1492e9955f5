"""What refusals say about readers: who is suppressed, who is not, and where that is written down."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from crash.newsroom import EDITION, enrol, published
from delivery.faulty import Relay
from digest.audience.optouts import OptOuts
from digest.flows.send import SendReport, send_edition
from digest.flows.sending.letters import enlist_letter
from digest.model.consent import stop_scope
from digest.model.delivery import DeliveryState
from digest.model.digest import RelayRules
from digest.model.subscriber import Saying, SuppressionReason, Word
from digest.store.editions import history
from digest.store.engine import Store, open_store
from digest.store.roster import words
from digest.store.roster.audience import audience
from flows.roads import NOW, PATIENT, Clock, answering, people, roads, states

MAIN = RelayRules(name="main", connections=2)
SCOPE = stop_scope(SuppressionReason.HARD_BOUNCE)
DAY = timedelta(days=1)
NOBODY = "550 5.1.1 <x@readers.example>: no such user"
FULL = "552 5.2.2 mailbox full"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'digest.db'}") as opened:
        yield opened


@pytest.fixture
def opt_outs(store: Store, tmp_path: Path) -> Iterator[OptOuts]:
    made = OptOuts(tmp_path / "opt-outs.jsonl", [b"a key that only the tests know"])
    yield made
    made.close()


def known(store: Store, opt_outs: OptOuts) -> None:
    """Give the readers that a test has enrolled the keyed hashes that the file uses."""
    with store.write() as connection:
        for id, key in connection.execute(text("SELECT id, key FROM subscribers")).all():
            values = {"who": bytes.fromhex(opt_outs.who(key)), "id": id}
            connection.execute(text("UPDATE subscribers SET who = :who WHERE id = :id"), values)


def send(
    store: Store,
    folder: Path,
    opt_outs: OptOuts,
    answers: dict[str, str],
    clock: Clock,
    edition: str = EDITION,
    phase: str = "rcpt",
) -> SendReport:
    known(store, opt_outs)
    with Relay(answering(answers, phase)) as relay:
        with roads(store, folder, [(MAIN, relay.address())], clock, opt_outs=opt_outs) as means:
            return send_edition(store, edition, means=means, limits=PATIENT)


def mailed(store: Store) -> list[int]:
    """Return who would get the next edition."""
    with store.read() as connection:
        return [subscriber for subscriber, _ in audience(connection, "morning")]


def lines(store: Store, edition: str = EDITION) -> list[str]:
    with store.read() as connection:
        return [line.what for line in history(connection, edition) if line.who == "sender"]


def test_an_address_at_which_nobody_is_gets_no_further_edition_and_the_file_has_the_no_first(
    store: Store, tmp_path: Path, opt_outs: OptOuts
) -> None:
    published(store, people(30), now=NOW)

    report = send(store, tmp_path, opt_outs, {"other3@": NOBODY}, Clock())

    assert (report.counts.sent, report.counts.refused) == (29, 1)
    assert mailed(store) == [id for id in range(1, 31) if id != 4]
    (saying,) = opt_outs.read().sayings
    assert (saying.scope, saying.word, saying.who) == (SCOPE, Word.NO, opt_outs.who(people(4)[3]))
    assert saying.source == "refused: 550 5.1.1 (no-such-mailbox-by-code)"
    assert lines(store)[0] == "suppressed 1: nobody at that address"


def test_refusals_for_other_reasons_suppress_nobody(store: Store, tmp_path: Path, opt_outs: OptOuts) -> None:
    published(store, people(40), now=NOW)
    answers = {"other1@": "554 5.7.1 rejected as spam", "other2@": FULL, "other3@": "550 5.7.1 no"}

    report = send(store, tmp_path, opt_outs, answers, Clock(), phase="dot")

    assert (report.counts.sent, report.counts.refused) == (37, 3)
    assert opt_outs.read().sayings == ()
    assert len(mailed(store)) == 40


def test_a_burst_of_unknown_users_at_one_provider_is_a_block_and_suppresses_nobody_there(
    store: Store, tmp_path: Path, opt_outs: OptOuts
) -> None:
    readers = [*people(200, "google"), *people(200, "yahoo")]
    key = published(store, readers, now=NOW, valid_for=timedelta(hours=2))
    clock = Clock()

    report = send(store, tmp_path, opt_outs, {"google": NOBODY, "yahoo7@": NOBODY}, clock)

    assert mailed(store) == [id for id in range(1, 401) if id != 208]
    assert any("look like a block: nobody was suppressed" in line for line in lines(store))
    assert report.counts.refused < 60, "the lane rested before all of them were refused"
    assert states(store, key, clock.now)[DeliveryState.CANCELLED] > 140


def weekly(store: Store, number: int, readers: list[int]) -> str:
    """Enlist a letter to `readers`, which goes the road of an edition without needing one."""
    from crash.newsroom import WORDS

    with store.write() as connection:
        for reader in readers:
            name = enlist_letter(
                connection, f"week-{number}", "morning", WORDS, reader, "other", now=NOW + number * 7 * DAY
            )
    return name


@pytest.mark.parametrize(
    ("answers", "suppressed"),
    [
        ([FULL, FULL, FULL], True),
        ([FULL, None, FULL, FULL], False),
        ([FULL, FULL], False),
        ([FULL, None, FULL, FULL, FULL], True),
    ],
)
def test_a_mailbox_that_fails_again_and_again_is_given_up_unless_something_got_through(
    store: Store, tmp_path: Path, opt_outs: OptOuts, answers: list[str | None], suppressed: bool
) -> None:
    with store.write() as connection:
        enrol(connection, people(2))

    for number, answer in enumerate(answers):
        name = weekly(store, number, [1, 2])
        refused = {"other0@": answer} if answer else {}
        send(store, tmp_path, opt_outs, refused, Clock(NOW + number * 7 * DAY), name)

    assert mailed(store) == ([2] if suppressed else [1, 2])


def test_who_said_yes_again_begins_anew(store: Store, tmp_path: Path, opt_outs: OptOuts) -> None:
    with store.write() as connection:
        enrol(connection, people(1))
    for number in (0, 1):
        send(store, tmp_path, opt_outs, {"other0@": FULL}, Clock(NOW + number * 7 * DAY),
             weekly(store, number, [1]))  # fmt: skip
    yes = Saying(
        at=NOW + 8 * DAY, who=opt_outs.who(people(1)[0]), scope="morning", word=Word.YES, source="page"
    )
    with store.write() as connection:
        words.hear(connection, [yes])

    send(store, tmp_path, opt_outs, {"other0@": FULL}, Clock(NOW + 14 * DAY), weekly(store, 2, [1]))

    assert mailed(store) == [1]


def test_a_yes_lifts_a_suppression_and_sending_again_does_not_bring_it_back(
    store: Store, tmp_path: Path, opt_outs: OptOuts
) -> None:
    published(store, people(3), now=NOW)
    send(store, tmp_path, opt_outs, {"other0@": NOBODY}, Clock())
    yes = Saying(at=NOW + DAY, who=opt_outs.who(people(1)[0]), scope="morning", word=Word.YES, source="page")
    with store.write() as connection:
        words.hear(connection, [yes])

    again = send(store, tmp_path, opt_outs, {}, Clock(NOW + 2 * DAY))

    assert again.counts.refused == 1
    assert mailed(store) == [1, 2, 3]
    assert len(opt_outs.read().sayings) == 1


def test_what_a_killed_sender_recorded_is_decided_by_the_next(
    store: Store, tmp_path: Path, opt_outs: OptOuts
) -> None:
    key = published(store, people(6), now=NOW)
    known(store, opt_outs)
    clock = Clock()
    with Relay(answering({"other0@": NOBODY}, "rcpt")) as relay:
        with roads(store, tmp_path, [(MAIN, relay.address())], clock) as means:  # it writes no opt-outs
            send_edition(store, EDITION, means=means, limits=PATIENT)
    assert states(store, key, clock.now) == {DeliveryState.SENT: 5, DeliveryState.REFUSED: 1}

    send(store, tmp_path, opt_outs, {}, clock)

    assert mailed(store) == [2, 3, 4, 5, 6]
