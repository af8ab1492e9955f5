"""Saving a newsroom and bringing it back: here, on another machine, in the middle of a send."""

import json
import os
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli.backup import backup
from digest.cli.context import Context
from digest.clock.rounds import make_round
from digest.flows.outfit import outfit
from digest.flows.send import send_edition
from digest.flows.sending.control import Settlement, pause, resume, settle
from digest.flows.subscribe import unsubscribe
from digest.model.edition import EditionState
from digest.model.errors import AskedWrongly, Busy, StoreError
from digest.model.subscriber import Standing
from digest.store import editions
from digest.store.roster import people
from digest.wiring import House, open_house
from newsroom import NOW, Clock, open_newsroom

EDITION = "morning/2026-11-23"
DUE = NOW + timedelta(minutes=20)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A newsroom whose edition is built, with two readers."""
    house = open_newsroom(tmp_path / "old")
    make_round(house, now=NOW)
    yield house
    house.close()


def elsewhere(house: House, folder: Path) -> House:
    """Return another machine on which somebody has put this newsroom's own files."""
    other = open_newsroom(folder)
    other.clock = Clock(DUE + timedelta(minutes=10))
    return other


def run(house: House, *arguments: str) -> Result:
    context = Context(folder=house.folder, _house=house)
    return CliRunner().invoke(
        backup, list(arguments), obj=context, catch_exceptions=False, standalone_mode=False
    )


def publish(house: House) -> None:
    house.clock = Clock(DUE)
    make_round(house, now=DUE)


def send(house: House) -> None:
    digest = house.schedule.digest("morning")
    with outfit(
        house.store, house.newsroom, digest, house.posts(digest),
        key=house.keys[0], state=house.state, clock=house.clock, opt_outs=house.opt_outs,
    ) as means:  # fmt: skip
        send_edition(house.store, EDITION, means=means, limits=house.limits(digest))


def mails(house: House) -> int:
    return len(list((house.state / "inbox").glob("*.eml")))


def state(house: House) -> EditionState:
    with house.store.read() as connection:
        return editions.edition(connection, EDITION).state


def standing(house: House, address: str) -> Standing:
    with house.store.read() as connection:
        held = people.find(connection, address)
    assert held is not None
    return held.standings["morning"]


def leave(house: House, address: str) -> None:
    with house.store.read() as connection:
        held = people.find(connection, address)
    assert held is not None
    unsubscribe(house.store, house.opt_outs, held.subscriber.id, "morning", source="page", now=house.clock())


def test_a_newsroom_lives_on_elsewhere_with_its_history_its_readers_and_its_keys(
    house: House, tmp_path: Path
) -> None:
    publish(house)
    send(house)
    run(house, "save", str(tmp_path / "b.zip"))

    other = elsewhere(house, tmp_path / "new")
    told = run(other, "restore", str(tmp_path / "b.zip"))
    make_round(other, now=other.clock())

    assert EDITION not in told.output
    assert state(other) is EditionState.SENT
    assert other.keys == house.keys
    assert standing(other, "ada@reader.example") is Standing.CONFIRMED
    assert mails(other) == 0
    other.close()


def test_who_was_not_reached_when_it_was_saved_is_mailed_by_nobody_until_an_editor_says_so(
    house: House, tmp_path: Path
) -> None:
    publish(house)
    run(house, "save", str(tmp_path / "b.zip"))
    send(house)
    assert mails(house) >= 2

    other = elsewhere(house, tmp_path / "new")
    told = run(other, "restore", str(tmp_path / "b.zip"), "--json")
    send(other)

    assert told.return_value == 4
    assert json.loads(told.stdout)["unknown"] >= 2
    assert mails(other) == 0
    settle(other.store, EDITION, Settlement.SENT, who="test", now=other.clock())
    send(other)
    assert mails(other) == 0
    other.close()


def test_an_edition_that_came_due_since_is_left_out(house: House, tmp_path: Path) -> None:
    run(house, "save", str(tmp_path / "b.zip"))
    publish(house)

    other = elsewhere(house, tmp_path / "new")
    told = run(other, "restore", str(tmp_path / "b.zip"))
    make_round(other, now=other.clock())

    assert f"came due since: {EDITION}" in told.stderr
    assert state(other) is EditionState.SKIPPED
    assert mails(other) == 0
    other.close()


def test_an_edition_that_was_not_even_built_when_it_was_saved_is_left_out_too(tmp_path: Path) -> None:
    early = open_newsroom(tmp_path / "old", now=NOW - timedelta(hours=3))
    make_round(early, now=NOW - timedelta(hours=3))
    run(early, "save", str(tmp_path / "b.zip"))
    early.close()

    other = elsewhere(early, tmp_path / "new")
    run(other, "restore", str(tmp_path / "b.zip"))
    reports: list[str] = []
    make_round(other, now=other.clock(), report=reports.append)

    assert not any("published" in line for line in reports)
    other.close()


def test_a_no_said_after_the_backup_stands_when_the_backup_comes_back(house: House, tmp_path: Path) -> None:
    run(house, "save", str(tmp_path / "b.zip"))
    leave(house, "ada@reader.example")
    house.close()

    told = run(house, "restore", str(tmp_path / "b.zip"), "--yes")

    assert "1 yes or no newer than the backup, kept" in told.stderr
    assert standing(house, "ada@reader.example") is Standing.UNSUBSCRIBED
    assert standing(house, "bo@reader.example") is Standing.CONFIRMED
    assert len(list((house.folder / "state").glob("digest.db.before-restore-*"))) == 1


def test_a_no_that_only_the_present_database_knows_stands_as_well(house: House, tmp_path: Path) -> None:
    run(house, "save", str(tmp_path / "b.zip"))
    (house.folder / "subscribers" / "left.csv").write_text("email,status\nbo@reader.example,unsubscribed\n")
    house.sync_readers()
    house.close()

    run(house, "restore", str(tmp_path / "b.zip"), "--yes")

    assert standing(house, "bo@reader.example") is Standing.UNSUBSCRIBED


def test_a_dry_run_says_the_same_and_changes_nothing(house: House, tmp_path: Path) -> None:
    run(house, "save", str(tmp_path / "b.zip"))
    publish(house)
    before = sorted(path.name for path in (house.folder / "state").iterdir())

    told = run(house, "restore", str(tmp_path / "b.zip"), "--dry-run")

    assert "would" in told.stderr
    assert sorted(path.name for path in (house.folder / "state").iterdir()) == before
    assert state(house) is EditionState.SENDING


def test_nothing_is_replaced_under_a_process_that_works_on_it(house: House, tmp_path: Path) -> None:
    run(house, "save", str(tmp_path / "b.zip"))

    with house.store.read() as connection:
        editions.editions(connection)
        with pytest.raises(Busy, match="stop it first"):
            run(open_house(house.folder, house.environment), "restore", str(tmp_path / "b.zip"), "--yes")

    assert state(house) is EditionState.READY


def test_a_damaged_backup_changes_nothing(house: House, tmp_path: Path) -> None:
    whole, bad = tmp_path / "b.zip", tmp_path / "bad.zip"
    run(house, "save", str(whole))
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"x" * 100 if name == "digest.db" else old.read(name))
    house.close()

    with pytest.raises(StoreError, match="damaged"):
        run(house, "restore", str(bad), "--yes")

    assert state(house) is EditionState.READY


def test_what_is_no_backup_is_refused_in_words(house: House, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"hello")

    with pytest.raises(AskedWrongly, match="is no backup"):
        run(house, "restore", str(tmp_path / "b.zip"), "--yes")


def test_opt_outs_kept_with_another_key_are_never_mixed(house: House, tmp_path: Path) -> None:
    run(house, "save", str(tmp_path / "b.zip"))
    leave(house, "bo@reader.example")
    run(house, "save", str(tmp_path / "c.zip"))
    other = elsewhere(house, tmp_path / "new")
    make_round(other, now=NOW)
    leave(other, "ada@reader.example")
    other.close()

    with pytest.raises(AskedWrongly, match="another key"):
        run(other, "restore", str(tmp_path / "c.zip"), "--yes")


def test_a_backup_is_for_its_owner_alone_and_is_not_written_over(house: House, tmp_path: Path) -> None:
    run(house, "save", str(tmp_path / "b.zip"))

    assert os.stat(tmp_path / "b.zip").st_mode & 0o077 == 0
    with pytest.raises(AskedWrongly, match="is there already"):
        run(house, "save", str(tmp_path / "b.zip"))


def test_it_is_saved_whole_while_others_write(house: House, tmp_path: Path) -> None:
    publish(house)
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            pause(house.store, EDITION, who="t", now=NOW)
            resume(house.store, EDITION, who="t", now=NOW)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        told = run(house, "save", str(tmp_path / "b.zip"))
    finally:
        done.set()
        writer.join()

    assert told.return_value in (0, None)
    other = elsewhere(house, tmp_path / "new")
    assert run(other, "restore", str(tmp_path / "b.zip"), "--json").return_value == 4
    other.close()
