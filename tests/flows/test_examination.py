"""What `doctor` says of a relay is what was tried: nobody logs in where no login is set."""

import re
from pathlib import Path

import pytest

from delivery.faulty import Relay
from digest.flows.examination import examine
from digest.wiring import House
from newsroom import NOW, SCHEDULE, open_newsroom

RELAYED = SCHEDULE.replace("defaults:\n", "defaults:\n  send_through: main\n")


def told(house: House, what: str) -> str:
    results = examine(
        house.schedule, folder=house.folder, state=house.state, environment=house.environment,
        post_of=house.post, resolve=lambda name, kind: [], now=NOW,
    )  # fmt: skip
    (found,) = (result for result in results if result.what == what)
    return found.told


@pytest.mark.parametrize(
    ("login", "said"), [("", "it answers; no login is set"), ("user:secret@", "logged in")]
)
def test_a_relay_is_said_to_have_let_us_in_only_where_we_logged_in(
    tmp_path: Path, login: str, said: str
) -> None:
    with Relay(lambda moment: "250-faulty\r\n250 AUTH PLAIN" if moment.phase == "ehlo" else None) as relay:
        at = f"smtp://{login}127.0.0.1:{relay.address().port}?tls=none"
        house = open_newsroom(tmp_path, schedule=RELAYED, environment={"DIGEST_RELAY_MAIN": at})
        answer = told(house, "relay main")
        house.close()

    assert re.match(rf"smtp://127\.0\.0\.1:\d+: {said}; it offers ", answer)


def test_the_built_in_inbox_is_called_by_its_name(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    answer = told(house, "relay local")
    house.close()

    assert answer == "the built-in inbox of this machine: nothing leaves"
