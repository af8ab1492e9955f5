"""The checks of an edition are one value; a blocker stops it until an approver says why not."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.flows.checks import checks_of, override
from digest.flows.compose import occasion, occasion_named
from digest.flows.release import approve_by_policy
from digest.flows.sample import as_of, copy_newsroom
from digest.model.edition import EditionState
from digest.model.errors import AskedWrongly, NotFound, WaitingForPerson
from digest.store import editions, renderings
from digest.wiring import House, bundled, open_house
from newsroom import NOW, Clock, open_newsroom

EDITION = "morning/2026-11-23"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    house.sync_readers()
    house.gather(house.schedule.sources, now=NOW)
    digest = house.schedule.digest("morning")
    house.keep(house.draft(digest, occasion_named(digest, EDITION), now=NOW), who="test", now=NOW)
    yield house
    house.close()


def spoil(house: House, old: str = "Unsubscribe", new: str = '<img src="https://a.example/x.jpg">') -> None:
    """Keep other words: those of the edition with `new` for `old` in the HTML."""
    with house.store.write() as connection:
        words = renderings.renderings(connection, EDITION)["all"]
        assert old in words.html
        renderings.save_rendering(
            connection, EDITION, "all", replace(words, html=words.html.replace(old, new, 1)), now=NOW
        )


def overridden(house: House, rule: str = "alt-missing", reason: str = "told in the text") -> None:
    with house.store.write() as connection:
        override(connection, house.newsroom, EDITION, rule, reason=reason, who="ada", now=NOW)


def test_a_sound_edition_has_nothing_above_a_note_and_says_what_was_not_looked_at(house: House) -> None:
    checks = house.checks(EDITION)

    assert not checks.blockers
    assert not checks.warnings
    assert "links-not-fetched" in {finding.code for finding in checks.not_checked}


def test_a_headline_over_the_text_of_another_story_is_told(house: House) -> None:
    owls = (
        "Two owls nest in the tower of the church. The sexton heard them at dusk, and climbed the ladder to"
        " count four eggs. Nobody rings the bells before the chicks have flown, the parish has decided."
    )
    (house.folder / "stories" / "toll.md").write_text(
        "---\nheadline: Bridge toll doubles for heavy lorries from January\n"
        "standfirst: Hauliers call the council's plan a tax on bread.\n"
        f"published: 2026-11-23T05:00:00+00:00\ntags: [town]\npriority: 5\n---\n{owls}\n",
        encoding="utf-8",
    )
    house.gather(house.schedule.sources, now=NOW + timedelta(minutes=1))
    digest = house.schedule.digest("morning")
    house.keep(house.draft(digest, occasion_named(digest, EDITION), now=NOW), who="test", now=NOW)

    checks = house.checks(EDITION)

    assert [finding.where for finding in checks.warnings if finding.code == "headline-off-body"] == [
        "Bridge toll doubles for heavy lorries from January"
    ]
    assert "headlines-not-compared" in {finding.code for finding in checks.not_checked}


def test_the_demos_editions_have_no_finding_above_a_note(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    copy_newsroom(bundled(), folder, now=NOW)
    house = open_house(folder, {"PATH": os.environ["PATH"]})
    house.clock = Clock(as_of(NOW))
    house.gather([source for source in house.schedule.sources if not source.remote], now=house.clock())

    for digest in house.schedule.digests:
        made = house.draft(digest, occasion(digest, house.clock()), now=house.clock())
        house.keep(made, who="test", now=house.clock())
        checks = house.checks(made.occasion.edition)
        assert (checks.blockers, checks.warnings) == ((), ()), digest.id
    house.close()


def test_an_edition_that_was_never_built_has_no_checks(house: House) -> None:
    with pytest.raises(NotFound):
        house.checks("morning/2031-01-01")


def test_a_blocker_stops_the_policy(house: House) -> None:
    spoil(house)

    with pytest.raises(WaitingForPerson, match="alt-missing"):
        approve_by_policy(house.store, house.newsroom, house.schedule.digest("morning"), EDITION, now=NOW)


def test_a_blocker_that_was_overridden_stops_nothing_and_the_reason_is_kept(house: House) -> None:
    spoil(house)

    overridden(house)

    approve_by_policy(house.store, house.newsroom, house.schedule.digest("morning"), EDITION, now=NOW)
    checks = house.checks(EDITION)
    assert [(passed.by.rule, passed.by.who, passed.by.reason) for passed in checks.overridden] == [
        ("alt-missing", "ada", "told in the text")
    ]
    with house.store.read() as connection:
        assert editions.edition(connection, EDITION).state is EditionState.APPROVED
        told = [(line.who, line.what) for line in editions.history(connection, EDITION)]
    assert ("ada", "overrode alt-missing: told in the text") in told


def test_a_changed_mail_asks_again(house: House) -> None:
    spoil(house)
    overridden(house)

    spoil(house, old="Mill Lane", new="Mill Road")

    assert "alt-missing" in {finding.code for finding in house.checks(EDITION).blockers}


@pytest.mark.parametrize(
    ("rule", "reason", "told"),
    [
        ("alt-missing", " ", "say why"),
        ("subject-empty", "a reason", "no blocker of that name"),
        ("story-withdrawn", "a reason", "has to be mended"),
    ],
)
def test_what_cannot_be_overridden_is_refused_in_words(
    house: House, rule: str, reason: str, told: str
) -> None:
    spoil(house)

    with pytest.raises(AskedWrongly, match=told):
        overridden(house, rule, reason)


def test_a_story_taken_back_at_its_source_is_a_blocker(house: House) -> None:
    (house.folder / "stories" / "owls.md").unlink()
    house.gather(house.schedule.sources, now=NOW + timedelta(minutes=1))

    assert [finding.code for finding in house.checks(EDITION).blockers] == ["story-withdrawn"]


def test_what_only_some_readers_get_is_told_with_its_variant(house: House) -> None:
    with house.store.write() as connection:
        words = renderings.renderings(connection, EDITION)["all"]
        other = replace(words, subject="")
        renderings.save_rendering(connection, EDITION, "other", other, now=NOW)

        checks = checks_of(connection, house.newsroom, EDITION, now=NOW)

    assert [(finding.code, finding.variants) for finding in checks.blockers] == [
        ("subject-empty", ("other",))
    ]
