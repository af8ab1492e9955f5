"""Processes that open one database at the same instant."""

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from digest.store.engine import open_store
from digest.store.upgrade import revision


def open_together(url: str, *, count: int = 3) -> list[str]:
    """Open `url` in `count` processes at once; return the revision that each one finds."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["digest.store.engine", "digest.store.occurrences", "psycopg"])
    together = server.Barrier(count)
    started = []
    for _ in range(count):
        here, there = server.Pipe(duplex=False)
        process = server.Process(target=_open, args=(url, together, there))
        process.start()
        there.close()
        started.append((process, here))
    found = [answer.recv() for _, answer in started]
    for process, _ in started:
        process.join()
    return found


def _open(url: str, together: Barrier, answer: Connection) -> None:
    together.wait()
    with open_store(url) as store, store.read() as connection:
        answer.send(revision(connection))
