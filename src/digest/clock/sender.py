"""The senders inside `serve`: one thread for each edition that is on its way."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from digest.flows.outfit import outfit
from digest.flows.send import SendReport, send_edition
from digest.model.errors import DigestError
from digest.store.ledger.standing import under_way
from digest.wiring import House

#: An edition whose lanes are closed is looked at again after so long at the latest.
LOOK_AGAIN = timedelta(minutes=1)


class Senders:
    """Looks for editions that are being sent, and gives each a thread; the ledger does the rest.

    A thread that ends (nothing due, relay away, paused) is simply started again at a later
    look, so nothing depends on its life.
    """

    def __init__(self, house: House, *, report: Callable[[str], None], stop: Callable[[], bool]) -> None:
        self._house, self._report, self._stop = house, report, stop
        self._threads: dict[str, threading.Thread] = {}
        self._told: dict[str, str] = {}  #: why each edition stood still when it was last looked at
        self._rests: dict[str, datetime] = {}  #: until when lanes are closed that an edition waits for

    def look(self) -> None:
        """Start a sender for every edition that has none here."""
        if self._stop():
            return
        now = self._house.clock()
        with self._house.store.read() as connection:
            editions = under_way(connection, now=now)
        for edition, digest in editions:
            running = self._threads.get(edition)
            rests = self._rests.get(edition)
            if (running is None or not running.is_alive()) and (rests is None or now >= rests):
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
            self._rests.pop(edition, None)
            if report.next_due is not None and report.why:
                self._rests[edition] = min(report.next_due, report.ended + LOOK_AGAIN)
            self._tell(report)

    def _tell(self, report: SendReport) -> None:
        """Report what became of an edition, and why it stands still; the same thing once."""
        counts, said = report.counts, str(report.relay_said or report.why)
        standstill, before = f"{report.halt}: {said}", self._told.get(report.edition)
        self._told[report.edition] = standstill
        if report.sent_now or (said and standstill != before):
            sent = f": {counts.sent:,} of {counts.total:,} sent" if report.sent_now else ""
            self._report(f"{report.edition}: {report.halt}{sent}{f': {said}' if said else ''}")
