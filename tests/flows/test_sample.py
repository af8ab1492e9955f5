from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.flows.sample import STARTER, copy_starter, moments
from digest.wiring import bundled


def ages(folder: Path, hour: int) -> list[timedelta]:
    """Return how old each story is that comes at that hour."""
    now = datetime(2026, 11, 25, hour, 50, tzinfo=UTC)
    copy_starter(bundled(), folder / "stories", now=now)
    texts = [(folder / "stories" / name).read_text("utf-8") for name in STARTER]
    return [now - max(found) for text in texts if (found := moments(text))]


def test_what_init_brings_is_as_new_at_night_as_in_the_morning(tmp_path: Path) -> None:
    morning, *others = (ages(tmp_path / str(hour), hour) for hour in (7, 0, 12, 23))

    assert others == [morning] * 3
    assert sum(timedelta(0) < age < timedelta(hours=24) for age in morning) >= 5
