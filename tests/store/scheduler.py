"""A scheduler in a process of its own, to be killed: adopts, has an effect, finishes, in a loop."""

import multiprocessing
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess

from sqlalchemy import text

from digest.model.errors import Fenced
from digest.store.engine import Store, open_store
from digest.store.occurrences import Claim, adopt, finish

_LEASE = timedelta(milliseconds=300)
_IDLE = timedelta(seconds=1)  #: longer than the lease that somebody killed may have left behind


def start(url: str, name: str) -> BaseProcess:
    """Start one on the database at `url`; the processes come from a fork server that has all imports."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["digest.store.engine", "digest.store.occurrences", "psycopg"])
    process = server.Process(target=run, args=(url, name))
    process.start()
    return process


def run(url: str, name: str) -> None:
    """Work until nothing was to be done for a while; `effects` gets a row for each effect."""
    with open_store(url) as store:
        last = time.monotonic()
        while time.monotonic() - last < _IDLE.total_seconds():
            with store.write() as connection:
                held = adopt(connection, now=datetime.now(UTC), owner=name, lease=_LEASE)
            if held is None:
                time.sleep(0.02)
                continue
            last = time.monotonic()
            try:
                _take_effect(store, held, name)
            except Fenced:
                continue  # somebody else adopted it meanwhile, and its effect is rolled back


def _take_effect(store: Store, held: Claim, name: str) -> None:
    with store.write() as connection:
        effect = {"slot": held.occurrence.key, "name": name}
        connection.execute(text("INSERT INTO effects VALUES (:slot, :name)"), effect)
        time.sleep(0.002)  # so that a kill finds it in the middle
        finish(connection, held, now=datetime.now(UTC))
