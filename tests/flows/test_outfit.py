"""A sender as the house fits it out: by real SMTP to the embedded inbox, past the gate."""

from datetime import timedelta
from pathlib import Path

import pytest

from delivery.dkimpy import DKIM
from digest.audience.optouts import OptOuts
from digest.flows.compose import occasion_named
from digest.flows.outfit import outfit
from digest.flows.release import approve_by_policy, release, take_turn
from digest.flows.send import SendReport, send_edition
from digest.flows.signing import make_keys
from digest.flows.subscribe import one_click
from digest.flows.subscribe_preferences import Preferences, prefer
from digest.model.digest import DkimRules
from digest.model.errors import RelayUnusable, StoreError
from digest.model.subscriber import Saying, Word
from digest.store.roster import people
from digest.wiring import House
from newsroom import NOW, SCHEDULE, open_newsroom

EDITION = "morning/2026-11-23"


@pytest.fixture
def house(tmp_path: Path):  # type: ignore[no-untyped-def]
    house = open_newsroom(tmp_path)
    house.sync_readers()
    house.gather(house.schedule.sources, now=NOW)
    yield house
    house.close()


def reader(house: House, email: str) -> int:
    with house.store.read() as connection:
        held = people.find(connection, email)
    assert held is not None
    return held.subscriber.id


def publish(house: House) -> int:
    digest = house.schedule.digest("morning")
    when = occasion_named(digest, EDITION)
    house.keep(house.draft(digest, when, now=NOW), who="test", now=NOW)
    approve_by_policy(house.store, house.newsroom, digest, EDITION, now=NOW)
    turn = take_turn(house.store, when, now=NOW, owner="t")
    return release(house.store, house.schedule, digest, turn, now=NOW, who="test").recipients


def send(house: House) -> SendReport:
    digest = house.schedule.digest("morning")
    with outfit(
        house.store, house.newsroom, digest, house.posts(digest),
        key=house.keys[0], state=house.state, clock=house.clock, opt_outs=house.opt_outs,
    ) as means:  # fmt: skip
        return send_edition(house.store, EDITION, means=means, limits=house.limits(digest))


def test_everybody_who_said_yes_gets_the_edition_in_the_inbox(house: House) -> None:
    publish(house)

    report = send(house)

    assert (report.counts.sent, report.exit_code) == (2, 0)
    assert len(list((house.state / "inbox").glob("*.eml"))) == 2


def test_a_no_that_only_the_file_has_heard_counts_for_who_is_already_enlisted(house: House) -> None:
    publish(house)
    one_click(house.store, house.opt_outs, reader(house, "ada@reader.example"), "morning", now=NOW)

    report = send(house)

    assert (report.counts.sent, report.counts.cancelled) == (1, 1)
    (mail,) = (house.state / "inbox").glob("*.eml")
    assert b"ada@reader.example" not in mail.read_bytes()


def test_nothing_leaves_while_the_file_of_noes_cannot_be_read_with_our_key(house: House) -> None:
    publish(house)
    house.opt_outs.path.unlink(missing_ok=True)
    others = OptOuts(house.state / "opt-outs.jsonl", (b"x" * 32,))
    others.say([Saying(at=NOW, who="a" * 64, scope="morning", word=Word.NO, source="page")])

    with pytest.raises(StoreError, match="another key"):
        send(house)

    assert not list((house.state / "inbox").glob("*.eml"))


def test_a_pause_ends_in_time_for_the_next_edition(house: House) -> None:
    ada = reader(house, "ada@reader.example")
    chosen = Preferences(digests={"morning": "each"}, paused_until=NOW - timedelta(hours=1))
    prefer(house.store, house.opt_outs, ada, chosen, now=NOW - timedelta(days=7))

    assert publish(house) == 2


def test_who_is_pausing_is_not_enlisted(house: House) -> None:
    ada = reader(house, "ada@reader.example")
    chosen = Preferences(digests={"morning": "each"}, paused_until=NOW + timedelta(days=1))
    prefer(house.store, house.opt_outs, ada, chosen, now=NOW - timedelta(days=1))

    assert publish(house) == 1


SIGNED = SCHEDULE.replace(
    "defaults:", "relays:\n  local:\n    dkim: {domain: gazette.example, selectors: [one, two]}\ndefaults:"
)


def test_every_message_is_signed_with_the_relays_keys(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path, schedule=SIGNED)
    house.sync_readers()
    house.gather(house.schedule.sources, now=NOW)
    rules = [relay.dkim for relay in house.schedule.relays if relay.dkim]
    made = list(make_keys(rules, tmp_path / "secrets"))
    publish(house)

    report = send(house)

    records = {f"{key.selector}._domainkey.gazette.example.".encode(): key.zone_line for key in made}
    mails = [path.read_bytes() for path in (house.state / "inbox").glob("*.eml")]
    assert report.counts.sent == len(mails) == 2
    for mail in mails:
        sent = mail[mail.index(b"DKIM-Signature:") :]  # what the inbox put on top is not signed
        assert sent.count(b"DKIM-Signature:") == 2
        assert DKIM(sent).verify(dnsfunc=lambda name, timeout=5: text_of(records[name]))
    assert all((tmp_path / "secrets" / f"{name}.pem").stat().st_mode & 0o077 == 0 for name in ("one", "two"))
    house.close()


def text_of(zone_line: str) -> bytes:
    return "".join(zone_line.split('"')[1::2]).encode()


def test_keys_that_are_there_are_left_as_they_are(tmp_path: Path) -> None:
    rules = [DkimRules(domain="gazette.example", selectors=("one",))]
    first = list(make_keys(rules, tmp_path / "secrets"))

    again = list(make_keys(rules, tmp_path / "secrets"))

    assert (again[0].new, again[0].zone_line) == (False, first[0].zone_line)


def test_a_missing_key_is_told_with_the_command_that_makes_it(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path, schedule=SIGNED)
    house.sync_readers()
    house.gather(house.schedule.sources, now=NOW)
    publish(house)

    with pytest.raises(RelayUnusable, match="digest doctor dkim makes it"):
        send(house)
    house.close()
