"""Waiting for outcomes without sleeping on luck."""

from datetime import timedelta

from digest.model.delivery import Outcome, Transport

#: Far beyond anything a test needs; only a hanging test gets there.
_PATIENCE = 60


def all_of(transport: Transport, count: int) -> list[Outcome]:
    """Return the next `count` outcomes, sorted by position."""
    outcomes: list[Outcome] = []
    silent = 0
    while len(outcomes) < count:
        news = transport.finished(timedelta(seconds=1))
        outcomes += news
        silent = 0 if news else silent + 1
        assert silent < _PATIENCE, f"{len(outcomes)} of {count} outcomes, then silence"
    return sorted(outcomes, key=lambda outcome: outcome.position)
