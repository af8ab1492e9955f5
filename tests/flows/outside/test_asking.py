"""What was asked outside is kept for exactly the words that were looked at."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digest.flows.compose import occasion_named
from digest.flows.outside import ACCESS, LINKS, NOT_ASKED, SPAM
from digest.model.finding import Level
from digest.store import renderings
from digest.wiring import House
from newsroom import NOW, open_newsroom

EDITION = "morning/2026-11-23"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    house.gather(house.schedule.sources, now=NOW)
    digest = house.schedule.digest("morning")
    house.keep(house.draft(digest, occasion_named(digest, EDITION), now=NOW), who="test", now=NOW)
    yield house
    house.close()


def unchecked(house: House) -> set[str]:
    return {finding.message for finding in house.checks(EDITION).not_checked}


def test_what_nobody_has_asked_yet_is_not_checked(house: House) -> None:
    assert {finding.message for finding in NOT_ASKED.values()} <= unchecked(house)


def test_what_could_not_be_asked_is_not_checked_and_says_why(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    found = house.look_outside(EDITION, [SPAM, ACCESS])

    assert [one.what for one in found] == [SPAM, ACCESS]
    told = unchecked(house)
    assert any("apt install spamassassin" in message for message in told)
    assert any("apt install chromium" in message for message in told)
    assert NOT_ASKED[LINKS].message in told


def test_other_words_have_to_be_asked_about_again(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    house.look_outside(EDITION, [SPAM])
    assert NOT_ASKED[SPAM].message not in unchecked(house)

    with house.store.write() as connection:
        words = renderings.renderings(connection, EDITION)["all"]
        renderings.save_rendering(connection, EDITION, "all", replace(words, subject="Another"), now=NOW)

    assert NOT_ASKED[SPAM].message in unchecked(house)


def test_links_that_were_followed_are_no_longer_unchecked(house: House) -> None:
    with house.store.write() as connection:
        words = renderings.renderings(connection, EDITION)["all"]
        plain = replace(words, html='<p><a href="http://10.0.0.1/x">a report</a></p>')
        renderings.save_rendering(connection, EDITION, "all", plain, now=NOW)

    house.look_outside(EDITION, [LINKS])

    checks = house.checks(EDITION)
    assert NOT_ASKED[LINKS].message not in {finding.message for finding in checks.not_checked}
    assert "link-dead" in {finding.code for finding in checks.warnings}
    assert all(finding.level is not Level.NOT_CHECKED for finding in checks.warnings)
