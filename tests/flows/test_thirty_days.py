"""The short form of `bench/thirty_days.py`: feeds that change under us, through the whole house."""

from pathlib import Path

from thirty_days import CHANGES, simulate


def test_every_story_is_carried_once_however_its_feed_changes(tmp_path: Path) -> None:
    told = simulate(tmp_path / "newsroom", days=8, seed=1)

    assert (told["repeated"], told["missed"], told["wrong"]) == (0, 0, {})
    assert told["stories"] > 80
    assert {"material update", "another guid", "in a second feed"} <= set(told["tried"])  # type: ignore[call-overload]
    assert set(told["tried"]) <= {*CHANGES, "an old guid for other news"}  # type: ignore[call-overload]
    assert told["by guid: repeated"] > 5  # type: ignore[operator]  # or the feeds would prove nothing
