"""`digest status` as a probe for monitoring: it names what keeps mail from leaving, and is not green then."""

import json
from pathlib import Path

import pytest

from cli.test_main_job import digest
from digest.store.ledger import lanes
from digest.store.ledger.lanes import Away
from newsroom import NOW, open_newsroom
from store.ledgers import opened

WHY = "the relay does not let us in: Connection refused"


def _newsroom(folder: Path, *, away: bool, waiting: int) -> None:
    """Write a newsroom of whose edition so many mails wait, as a `digest send` that gave up leaves it."""
    house = open_newsroom(folder)
    if waiting:
        opened(house.store, [(number, "other") for number in range(1, waiting + 1)])
    if away:
        with house.store.write() as connection:
            lanes.keep_away(connection, {house.schedule.relays_in_use()[0].name: Away(since=NOW, why=WHY)})
    house.close()


def test_mail_that_waits_for_a_relay_that_refuses_is_not_green_and_the_refusal_is_named(
    tmp_path: Path,
) -> None:
    _newsroom(tmp_path, away=True, waiting=2)

    told = digest("status", cwd=tmp_path, code=1)
    as_json = json.loads(digest("status", "--json", cwd=tmp_path, code=1).stdout)

    assert f"{WHY}, since 2026-11-23 06:40 UTC" in told.stdout + told.stderr
    assert "2 wait  held up" in told.stdout
    assert as_json["relays"][0]["away_since"] == "2026-11-23T06:40:00Z"


@pytest.mark.parametrize(("away", "waiting"), [(True, 0), (False, 2)])
def test_a_refusal_that_holds_nobody_up_and_mail_that_has_not_been_tried_are_no_failure(
    tmp_path: Path, away: bool, waiting: int
) -> None:
    _newsroom(tmp_path, away=away, waiting=waiting)

    told = digest("status", cwd=tmp_path)

    assert WHY not in told.stdout + told.stderr
