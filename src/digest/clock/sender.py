"""The senders inside `serve`: one thread for each edition that is on its way."""

import threading
from collections.abc import Callable
from datetime import timedelta

from digest.flows.outfit import outfit
from digest.flows.send import send_edition
from digest.model.errors import DigestError
from digest.store.ledger.standing import under_way
from digest.wiring import House


class Senders:
    """Looks for editions that are being sent, and gives each a thread; the ledger does the rest.

    A thread that ends (nothing due, relay away, paused) is simply started again at a later
    look, so nothing depends on its life.
    """

    def __init__(self, house: House, *, report: Callable[[str], None], stop: Callable[[], bool]) -> None:
        self._house, self._report, self._stop = house, report, stop
        self._threads: dict[str, threading.Thread] = {}

    def look(self) -> None:
        """Start a sender for every edition that has none here."""
        if self._stop():
            return
        with self._house.store.read() as connection:
            editions = under_way(connection)
        for edition, digest in editions:
            running = self._threads.get(edition)
            if running is None or not running.is_alive():
                thread = threading.Thread(target=self._send, args=(edition, digest), name=edition)
                self._threads[edition] = thread
                thread.start()

    def join(self, wait: timedelta) -> None:
        """Wait for the senders to end."""
        for thread in self._threads.values():
            thread.join(wait.total_seconds())

    def _send(self, edition: str, digest_id: str) -> None:
        house = self._house
        try:
            digest = house.schedule.digest(digest_id)
            with outfit(
                house.store, house.newsroom, digest, house.posts(digest),
                key=house.keys[0], state=house.state, clock=house.clock,
                opt_outs=house.opt_outs, stop=self._stop,
            ) as means:  # fmt: skip
                report = send_edition(house.store, edition, means=means, limits=house.limits(digest))
        except DigestError as error:
            self._report(f"{edition}: {error}")
        else:
            if report.sent_now:
                self._report(
                    f"{edition}: {report.halt}: {report.counts.sent:,} of {report.counts.total:,} sent"
                )
