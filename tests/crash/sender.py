"""A sender to be killed: `python sender.py '{"url": …, "folder": …, "port": …, "lease": …}'`.

Prints a line when it has recorded its first outcome, and a last one when the edition is sent.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

from crash.newsroom import EDITION, means
from digest.flows.send import Halt, send_edition
from digest.flows.sending.means import Limits
from digest.flows.sending.tally import Progress
from digest.store.engine import open_store
from digest.store.ledger.retries import Retries

RETRIES = Retries(first=timedelta(milliseconds=50), longest=timedelta(milliseconds=200))


def main(url: str, folder: str, port: int, lease: float, window: int = 20) -> None:
    """Send until the edition is sent."""
    began: list[int] = []

    def tell(progress: Progress) -> None:
        if progress.sent_now and not began:
            began.append(progress.sent_now)
            print("sending", flush=True)  # noqa: T201

    limits = Limits(window=window, lease=timedelta(seconds=lease), retries=RETRIES)
    with open_store(url) as store, means(store, Path(folder), port, connections=window // 2) as sending:
        report = send_edition(
            store, EDITION, means=sending, limits=limits, patience=timedelta(minutes=5), on_progress=tell
        )
    assert report.halt is Halt.SENT, report
    print("sent", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
