"""`digest gather` as a person runs it: what is wrong in a source is told, each time until it is mended."""

from pathlib import Path

from cli.test_main_job import digest
from newsroom import write_newsroom


def test_a_story_that_cannot_be_read_is_told_at_every_visit_with_its_file(tmp_path: Path) -> None:
    write_newsroom(tmp_path)
    (tmp_path / "stories" / "ferry.md").write_text("---\nheadline: Ferry: late again\n---\nIt is.\n", "utf-8")

    first = digest("gather", cwd=tmp_path).stderr
    second = digest("gather", cwd=tmp_path).stderr
    quiet = digest("--quiet", "gather", cwd=tmp_path).stderr

    assert "ferry.md" in first
    assert "nothing has changed" in second
    assert "ferry.md" in second
    assert quiet == ""


def test_a_build_tells_it_once(tmp_path: Path) -> None:
    write_newsroom(tmp_path)
    (tmp_path / "stories" / "ferry.md").write_text("---\nheadline: Ferry: late again\n---\nIt is.\n", "utf-8")

    told = digest("build", cwd=tmp_path).stderr

    assert told.count("the head is not YAML") == 1
