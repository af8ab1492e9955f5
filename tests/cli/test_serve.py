"""What `digest serve` says before it opens the desk."""

from pathlib import Path

import pytest

from digest.cli.serve import may_be_reached
from newsroom import SCHEDULE, open_newsroom


@pytest.mark.parametrize(
    ("pages", "warned"),
    [
        ("https://letters.gazette.example", False),
        ("http://127.0.0.1:8420", False),
        ("https://203.0.113.7", True),
    ],
)
def test_public_pages_and_no_account_are_warned_of_and_a_newsroom_that_is_tried_out_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pages: str, warned: bool
) -> None:
    house = open_newsroom(tmp_path, schedule=SCHEDULE.replace("https://letters.gazette.example", pages))

    may_be_reached(house, "127.0.0.1", ())
    house.close()

    assert ("nobody has an account" in capsys.readouterr().err) is warned
