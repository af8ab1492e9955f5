"""A sender's transactions: on one connection, done again while the database fails, a few times."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from digest.model.errors import Busy, StoreError
from digest.store.engine import Held, Store

#: How often to try, a second apart, before the database is given up.
TRIES = 5

T = TypeVar("T")


class Transactions:
    """Writes to one store."""

    def __init__(self, store: Store, pause: Callable[[float], None]) -> None:
        self._store, self._pause = store, pause
        self._held = Held()
        self.failing = False  #: it was given up once: from then on everything is tried once only

    def commit(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in one transaction; while the database fails, wait and do it again.

        Raises:
            Busy, StoreError: it does not come back.
        """
        tries = 1 if self.failing else TRIES
        while True:
            try:
                with self._store.write_on(self._held) as connection:
                    return work(connection)
            except (Busy, StoreError):
                tries -= 1
                if not tries:
                    self.failing = True
                    raise
                self._pause(1)

    def end(self) -> None:
        """Give the connection back; there may still be another transaction."""
        self._held.let_go()
