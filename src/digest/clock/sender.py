"""The senders inside `serve`: one thread for each edition that is on its way."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from digest.flows.outfit import outfit
from digest.flows.send import SendReport, send_edition
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
        self._told: dict[str, str] = {}  #: the last line about each edition

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
        """Wait for the senders to end, all together at most `wait`."""
        end = time.monotonic() + wait.total_seconds()
        for thread in self._threads.values():
            thread.join(max(end - time.monotonic(), 0))

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
            self._tell(report)

    def _tell(self, report: SendReport) -> None:
        """Report what became of an edition, and why it stands still; the same thing once."""
        counts = report.counts
        said = str(report.relay_said or report.why)
        line = f"{report.edition}: {report.halt}"
        if report.sent_now:
            line += f": {counts.sent:,} of {counts.total:,} sent"
        elif not said:
            return
        line += f": {said}" if said else ""
        if self._told.get(report.edition) != line:
            self._told[report.edition] = line
            self._report(line)
