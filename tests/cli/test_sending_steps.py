"""Steering an edition that is on its way: pause, resume, correct, withdraw, settle."""

import getpass
import json
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from delivery.faulty import Drop, Moment, Relay
from digest.cli.context import Context
from digest.cli.edition import edition
from digest.cli.status import status
from digest.flows.compose import occasion_named
from digest.flows.outfit import outfit
from digest.flows.release import approve_by_policy, release, take_turn
from digest.flows.send import SendReport, send_edition
from digest.model.delivery import Rest
from digest.model.edition import EditionState
from digest.model.errors import StepForbidden
from digest.store import editions
from digest.store.ledger import lanes
from digest.wiring import House
from newsroom import NOW, open_newsroom

EDITION = "morning/2026-11-23"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A newsroom whose edition is published to two readers, and sent to nobody yet."""
    house = open_newsroom(tmp_path)
    house.sync_readers()
    house.gather(house.schedule.sources, now=NOW)
    digest = house.schedule.digest("morning")
    when = occasion_named(digest, EDITION)
    house.keep(house.draft(digest, when, now=NOW), who="test", now=NOW)
    approve_by_policy(house.store, house.newsroom, digest, EDITION, now=NOW)
    release(
        house.store,
        house.schedule,
        digest,
        take_turn(house.store, when, now=NOW, owner="t"),
        now=NOW,
        who="test",
    )
    yield house
    house.close()


def run(house: House, *arguments: str) -> Result:
    context = Context(folder=house.folder, _house=house)
    return CliRunner().invoke(edition, list(arguments), obj=context, catch_exceptions=False)


def send(house: House) -> SendReport:
    digest = house.schedule.digest("morning")
    with outfit(
        house.store, house.newsroom, digest, house.posts(digest),
        key=house.keys[0], state=house.state, clock=house.clock, opt_outs=house.opt_outs,
    ) as means:  # fmt: skip
        return send_edition(house.store, EDITION, means=means, limits=house.limits(digest))


def state(house: House) -> EditionState:
    with house.store.read() as connection:
        return editions.edition(connection, EDITION).state


def subjects(house: House) -> list[str]:
    mails = sorted((house.state / "inbox").glob("*.eml"))
    return [str(message_from_bytes(mail.read_bytes(), policy=default)["Subject"]) for mail in mails]


def test_a_paused_edition_sends_nothing_until_it_is_resumed(house: House) -> None:
    run(house, "pause", EDITION)
    assert send(house).counts.sent == 0

    run(house, "resume", EDITION)
    assert send(house).counts.sent == 2


def test_a_withdrawn_edition_leaves_no_more(house: House) -> None:
    run(house, "withdraw", EDITION, "--why", "the headline was wrong")

    assert state(house) is EditionState.CANCELLED
    assert send(house).counts.sent == 0
    assert "the headline was wrong" in run(house, "show", EDITION).output


def test_settling_where_nothing_is_unknown_changes_nothing(house: House) -> None:
    assert "0 unknown" in run(house, "settle", EDITION, "--as", "sent").output


def test_an_edition_that_is_over_cannot_be_paused(house: House) -> None:
    send(house)

    with pytest.raises(StepForbidden, match="it is sent"):
        run(house, "pause", EDITION)


@pytest.fixture
def cut(house: House) -> Iterator[Relay]:
    """A relay that takes Ada's mail, and hangs up before it answers Bo's, the first time."""

    def script(moment: Moment) -> None:
        if moment.phase == "dot" and "bo@" in moment.line and not hung_up:
            hung_up.append(moment.line)
            raise Drop

    hung_up: list[str] = []
    with Relay(script) as relay:
        house.environment = {
            **house.environment,
            "DIGEST_RELAY_LOCAL": f"smtp://127.0.0.1:{relay.address().port}?tls=none",
        }
        yield relay


def deliveries(house: House, *options: str) -> list[dict[str, object]]:
    output = run(house, "show", EDITION, "--deliveries", "--json", *options).output
    return [json.loads(line) for line in output.splitlines()]


def test_deliveries_are_listed_with_the_relay_its_answer_and_its_queue_id(house: House, cut: Relay) -> None:
    report = send(house)

    ada, bo = deliveries(house)
    assert (report.counts.sent, report.counts.unknown, report.exit_code) == (1, 1, 4)
    assert (ada["email"], ada["state"], ada["relay"]) == ("ada@reader.example", "sent", "local")
    assert (ada["reply"], ada["queue_id"]) == ("250 2.0.0 Ok: queued as 4F0", "4F0")
    assert ada["at"] == "2026-11-23T06:40:00Z"
    assert (bo["email"], bo["state"], bo["queue_id"]) == ("bo@reader.example", "unknown", None)
    assert bo["reply"] == "the relay closed the connection"
    assert deliveries(house, "--only", "unknown") == [bo]
    assert deliveries(house, "--only", "refused", "--only", "deferred") == []


def test_an_unknown_delivery_is_settled_by_hand_as_sent(house: House, cut: Relay) -> None:
    send(house)

    told = run(house, "settle", EDITION, "--as", "sent", "--reader", "bo@reader.example")

    assert "1 unknown, as sent" in told.output
    (bo,) = deliveries(house, "--only", "sent")[1:]
    assert (bo["email"], bo["settled_by"]) == ("bo@reader.example", getpass.getuser())
    assert send(house).exit_code == 0
    assert cut.recipients == ["ada@reader.example"], "nothing was sent again"


def test_an_unknown_delivery_is_settled_by_hand_by_sending_it_again(house: House, cut: Relay) -> None:
    send(house)

    told = run(house, "settle", EDITION, "--as", "resend")

    assert f"now digest send {EDITION}" in told.output
    (bo,) = deliveries(house, "--only", "queued")
    assert (bo["email"], bo["attempt"], bo["due"]) == ("bo@reader.example", 2, "2026-11-23T06:40:00Z")
    assert send(house).exit_code == 0
    assert sorted(cut.recipients) == ["ada@reader.example", "bo@reader.example"]


def test_what_waits_and_what_holds_it_up_is_shown(house: House) -> None:
    rest = Rest(until=NOW + timedelta(minutes=10), length=timedelta(minutes=10), cause="too fast")
    with house.store.write() as connection:
        lanes.keep(connection, {("local", "other"): rest})

    shown = run(house, "show", EDITION).output
    told = json.loads(run(house, "show", EDITION, "--json").output)

    assert "local  other  2 wait" in shown
    assert "local to other: too fast until 06:50 UTC, 2 wait" in shown
    assert told["lanes"] == [
        {
            "relay": "local", "provider": "other", "connections": 0, "in_flight": 0, "per_second": 0.0,
            "waiting": 2, "rests_until": "2026-11-23T06:50:00Z", "why": "too fast",
        }
    ]  # fmt: skip
    context = Context(folder=house.folder, _house=house)
    answer = CliRunner().invoke(status, ["--json"], obj=context, catch_exceptions=False)
    assert json.loads(answer.output)["lanes"] == told["lanes"]
    assert [relay["relay"] for relay in json.loads(answer.output)["relays"]] == ["local"]
