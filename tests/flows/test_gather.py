"""Gathering: every source is visited, one bad one stops nobody, and twice changes nothing."""

from pathlib import Path

from digest.store import archive
from newsroom import NOW, SCHEDULE, open_newsroom, story

TWO_SOURCES = SCHEDULE.replace(
    "    folder: stories\n", "    folder: stories\n  - id: wire\n    feed: wire.rss\n"
)


def test_stories_of_a_folder_are_kept_with_the_time_they_were_first_seen(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)

    visits = house.gather(house.schedule.sources, now=NOW)

    assert [(visit.source, visit.ok, visit.new) for visit in visits] == [("desk", True, 3)]
    with house.store.read() as connection:
        kept = archive.candidates(connection, sources=["desk"], since=NOW.replace(hour=0))
    assert {story.first_seen for story in kept} == {NOW}
    house.close()


def test_a_second_visit_reads_nothing_when_no_file_has_changed(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    house.gather(house.schedule.sources, now=NOW)

    (again,) = house.gather(house.schedule.sources, now=NOW)

    assert (again.new, again.updated, again.why) == (0, 0, "nothing has changed")
    house.close()


def test_a_changed_file_is_a_new_version_of_the_same_story(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    house.gather(house.schedule.sources, now=NOW)
    changed = story("Owls found nesting in the clock tower", "03:00", "town", 9)
    (tmp_path / "stories" / "owls.md").write_text(changed, encoding="utf-8")

    (visit,) = house.gather(house.schedule.sources, now=NOW)

    assert (visit.new, visit.updated) == (0, 1)
    house.close()


def test_a_file_that_was_taken_away_is_taken_back(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    house.gather(house.schedule.sources, now=NOW)
    (tmp_path / "stories" / "owls.md").unlink()

    house.gather(house.schedule.sources, now=NOW)

    with house.store.read() as connection:
        kept = archive.candidates(connection, sources=["desk"], since=NOW.replace(hour=0))
    assert {s.headline: s.pubstatus.value for s in kept}[
        "Owls found nesting in the clock tower"
    ] == "withheld"
    house.close()


def test_a_file_written_over_with_other_news_is_another_story_and_the_first_one_is_taken_back(
    tmp_path: Path,
) -> None:
    house = open_newsroom(tmp_path)
    file, owls = tmp_path / "stories" / "owls.md", "Owls found nesting in the clock tower"
    first = file.read_text(encoding="utf-8")
    other = "---\nheadline: Ferry tickets go up\n---\nA crossing costs two crowns more from June.\n"

    told = []
    for text in (first, other, first, other):
        file.write_text(text, encoding="utf-8")
        house.gather(house.schedule.sources, now=NOW)
        with house.store.read() as connection:
            kept = archive.candidates(connection, sources=["desk"], since=NOW.replace(hour=0))
        told.append({s.headline: s.pubstatus.value for s in kept if s.path == "owls.md"})

    assert told == [
        {owls: "usable"},
        {owls: "withheld", "Ferry tickets go up": "usable"},
        {owls: "usable", "Ferry tickets go up": "withheld"},
        {owls: "withheld", "Ferry tickets go up": "usable"},
    ]
    house.close()


def test_one_bad_source_stops_nobody_and_is_told(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path, schedule=TWO_SOURCES)
    (tmp_path / "wire.rss").write_text("<html><body>We are closed</body></html>", encoding="utf-8")

    desk, wire = house.gather(house.schedule.sources, now=NOW)

    assert (desk.ok, desk.new) == (True, 3)
    assert not wire.ok
    assert wire.findings[0].code == "source-failed"
    house.close()


def test_a_source_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path, schedule=TWO_SOURCES)

    _, wire = house.gather(house.schedule.sources, now=NOW)

    assert (wire.ok, wire.why) == (False, "No such file or directory")
    house.close()
