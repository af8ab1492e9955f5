"""`digest check --edition` as a person runs it: each finding, a way to mend it, and an exit code."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cli.test_main_job import digest
from digest.store import renderings
from newsroom import NOW, open_newsroom

EDITION = "morning/2026-11-23"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a newsroom with an edition in which a picture has no alt text."""
    from digest.flows.compose import occasion_named

    house = open_newsroom(tmp_path)
    house.gather(house.schedule.sources, now=NOW)
    morning = house.schedule.digest("morning")
    house.keep(house.draft(morning, occasion_named(morning, EDITION), now=NOW), who="test", now=NOW)
    with house.store.write() as connection:
        words = renderings.renderings(connection, EDITION)["all"]
        spoilt = words.html.replace("Unsubscribe", '<img src="https://a.example/x.jpg" width="9">', 1)
        renderings.save_rendering(connection, EDITION, "all", replace(words, html=spoilt), now=NOW)
    house.close()
    return tmp_path


def test_a_blocker_is_told_with_its_place_and_waits_for_a_person(folder: Path) -> None:
    told = digest("check", "--edition", EDITION, "--quick", cwd=folder, code=4).stderr

    assert "blocker: html line" in told
    assert "[alt-missing]" in told
    assert "mend: Say in `alt` what can be seen" in told
    assert "not checked: axe-core was not run on these words [axe-not-checked]" in told


def test_it_is_all_there_for_programs(folder: Path) -> None:
    told = json.loads(digest("check", "--edition", EDITION, "--quick", "--json", cwd=folder, code=4).stdout)

    (found,) = (finding for finding in told["findings"] if finding["code"] == "alt-missing")
    assert found["level"] == "blocker"
    assert found["element"] == '<img src="https://a.example/x.jpg" width="9">'
    assert found["part"] == "html"
    assert found["line"] > 0
    assert found["column"] > 0
    assert found["variants"] is None
    assert told["overridden"] == []


def test_a_blocker_is_overridden_with_a_reason_and_then_stops_nothing(folder: Path) -> None:
    digest("edition", "approve", EDITION, cwd=folder, code=4)

    digest("edition", "override", EDITION, "alt-missing", "told in the text", "--as", "ada", cwd=folder)

    told = json.loads(digest("check", "--edition", EDITION, "--quick", "--json", cwd=folder).stdout)
    assert [(one["rule"], one["who"], one["reason"]) for one in told["overridden"]] == [
        ("alt-missing", "ada", "told in the text")
    ]
    digest("edition", "approve", EDITION, cwd=folder)
    assert "overrode alt-missing: told in the text" in digest("edition", "show", EDITION, cwd=folder).stdout


def test_what_is_asked_wrongly_is_told(folder: Path) -> None:
    digest("check", "--edition", "morning/2031-01-01", cwd=folder, code=2)
    digest("check", "--links", cwd=folder, code=2)
    digest("edition", "override", EDITION, "no-such-rule", "because", cwd=folder, code=2)
