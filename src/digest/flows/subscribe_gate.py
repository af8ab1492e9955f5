"""The gate that listens: what was said a moment ago counts, even when the database has not heard it.

A sender asks the gate for each group, inside the transaction that records it. If the opt-out
file has grown since, its tail is heard first, in that same transaction.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from digest.audience.optouts import OptOuts
from digest.flows.sending.means import Gate, Heading, at_the_gate
from digest.model.errors import StoreError
from digest.store.roster import words


class ListeningGate:
    """A gate (see `sending/means`) in front of which the opt-out file is read on."""

    def __init__(self, opt_outs: OptOuts, gate: Gate = at_the_gate) -> None:
        self._opt_outs, self._gate = opt_outs, gate
        self._file, self._end = "", 0

    def __call__(self, connection: Connection, heading: Heading, ids: Sequence[int]) -> Mapping[int, str]:
        """Return whom not to mail, and why."""
        if self._opt_outs.size() != self._end:
            self._listen(connection)
        return self._gate(connection, heading, ids)

    def _listen(self, connection: Connection) -> None:
        """Hear what this database has not heard; the transaction that is rolled back has heard nothing.

        So the place is only kept for the next look, and read from the database each time.

        Raises:
            StoreError: the file was made with a key that is not among ours; nothing more may be sent.
        """
        if self._opt_outs.key_fits() is False:
            raise StoreError(
                f"{self._opt_outs.path}: was made with another key: nobody would be recognised in it: "
                "put the newsroom's own key back into secrets.env"
            )
        file = self._opt_outs.identity()
        start = words.replayed(connection, file)
        tail = self._opt_outs.read(0 if start > self._opt_outs.size() else start)
        if tail.sayings:
            words.hear(connection, tail.sayings)
            words.mark_replayed(connection, file, tail.end)
            self._end = 0  # until the next look finds nothing new, which means this was committed
        else:
            self._end = tail.end
