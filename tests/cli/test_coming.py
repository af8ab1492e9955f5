"""`digest next` says what it takes in before it counts the readers."""

from pathlib import Path

from cli.test_main_job import digest
from newsroom import write_newsroom


def test_lists_that_are_read_on_the_way_are_told_with_their_unusable_lines(tmp_path: Path) -> None:
    write_newsroom(tmp_path)
    with (tmp_path / "subscribers" / "readers.csv").open("a", encoding="utf-8") as file:
        file.write("not an address,Dee,2026-01-15,paper form\n")

    first = digest("next", cwd=tmp_path).stderr
    second = digest("next", cwd=tmp_path).stderr

    assert "subscribers/readers.csv: 3 new" in first
    assert "1 not usable  line 5" in first
    assert second == ""
