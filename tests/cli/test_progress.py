"""Live progress: a bar where somebody watches, a line every ten seconds elsewhere, JSON when asked."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.cli.progress import bar, words
from digest.flows.sending.tally import Progress, Tally
from digest.model.delivery import DeliveryState, Reply
from digest.store.ledger.chunk import Claimed, Terms
from digest.store.ledger.group import Group
from digest.store.ledger.history import Counts
from digest.store.ledger.mishap import Mishap

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
PROGRESS = Progress(
    edition="morning/2026-11-23",
    counts=Counts(queued=300, sent=690, deferred=6, refused=3, unknown=1),
    sent_now=690,
    per_second=34.0,
    at=NOW,
)


def test_a_line_tells_how_many_how_fast_and_how_long_still() -> None:
    assert words(PROGRESS) == (
        "690 of 1,000 sent · 6 deferred · 3 refused · 1 unknown · 34 a second · 9 s left"
    )
    held = replace(PROGRESS, per_second=0.0, held_up=("main: 690 a day are used up, until 09:00 UTC",))
    assert words(held).endswith("1 unknown · main: 690 a day are used up, until 09:00 UTC")


def test_where_nobody_watches_there_is_a_line_every_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    with bar(watched=False) as show:
        for second in range(31):
            show(replace(PROGRESS, at=NOW + timedelta(seconds=second)))

    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 4


def test_with_json_each_line_is_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    with bar(as_json=True, watched=True) as show:
        show(PROGRESS)
        show(replace(PROGRESS, at=NOW + timedelta(seconds=10), held_up=("x",)))

    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["sent"], first["deferred"], first["refused"], first["unknown"]) == (690, 6, 3, 1)
    assert (first["per_second"], round(first["seconds_left"], 1)) == (34.0, 9.0)
    assert second["held_up"] == ["x"]


def test_where_somebody_watches_there_is_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with bar(watched=True) as show:
        show(PROGRESS)

    assert "sending" in capsys.readouterr().err


def test_who_wants_quiet_gets_it(capsys: pytest.CaptureFixture[str]) -> None:
    with bar(quiet=True) as show:
        show(PROGRESS)

    assert capsys.readouterr().err == ""


def test_the_rate_is_that_of_late_and_what_is_left_follows_from_it() -> None:
    seen: list[Progress] = []
    now = [NOW]
    tally = Tally("morning", NOW, Counts(queued=10_000), seen.append, lambda: now[0])
    terms = Terms(edition=1, rendering=1, provider="other", not_before=0, valid_until=1, began=0)
    claimed = Claimed(id=1, fence=1, terms=terms, ids=[1], mark=0, bits=b"\0")
    late = Mishap(position=0, subscriber=1, outcome=DeliveryState.DEFERRED, reply=Reply(code=451))

    for second in range(1, 121):  # a hundred a second, then nothing any more
        now[0] = NOW + timedelta(seconds=second)
        if second <= 60:
            replies = tuple((position, "250 ok") for position in range(99))
            tally.take(Group(claimed=claimed, mark=1, bits=b"\0", replies=replies, mishaps=(late,)))
        tally.told()

    assert [round(seen[second - 1].per_second) for second in (10, 60, 75, 119)] == [99, 99, 50, 0]
    assert seen[59].counts == Counts(queued=4000, sent=5940, deferred=60)
    assert seen[59].seconds_left == pytest.approx(4060 / 99)
    assert seen[-1].seconds_left is None
