"""What a crash run is judged by: the ledger on one side, what the sink wrote down on the other.

The ledger is always read first and the sink's log second: a recorded outcome must have happened.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crash.newsroom import EDITION
from crash.sink import REFUSED, Accepted, written
from digest.model.delivery import DeliveryState
from digest.store.engine import Store
from digest.store.ledger import names
from digest.store.ledger.history import Delivery, deliveries


def ledger(store: Store) -> list[Delivery]:
    """Return what the ledger says of every recipient; places that moved on are told where they are now."""
    with store.read() as connection:
        key = names.edition_key(connection, EDITION)
        return list(deliveries(connection, key, now=datetime.now(UTC)))


@dataclass(slots=True)
class Judge:
    """Looks on at each crash, and once more at the end. Recipients are numbered from 1."""

    store: Store
    log: Path
    addresses: list[str]
    crashes: int = 0
    _recorded: list[tuple[set[str], Counter[str]]] = field(default_factory=list)

    def look(self) -> None:
        """Take note of what is recorded as settled, and then of what the sink has seen."""
        final = (DeliveryState.SENT, DeliveryState.REFUSED)
        recorded = {self._address(row) for row in ledger(self.store) if row.state in final}
        self._recorded.append((recorded, self._seen()))
        self.crashes += 1

    def verdict(self) -> "Verdict":
        """Compare everything."""
        rows, lines = ledger(self.store), written(self.log)
        seen = Counter(line.recipient for line in lines)
        arrived = Counter(line.recipient for line in lines if line.message_id != REFUSED)
        by_state = {
            state: {self._address(row) for row in rows if row.state is state} for state in DeliveryState
        }
        again = {who for recorded, counted in self._recorded for who in recorded if seen[who] > counted[who]}
        listed = by_state[DeliveryState.UNKNOWN] | by_state[DeliveryState.REFUSED]
        return Verdict(
            crashes=self.crashes,
            recipients=len(rows),
            missed={who for who in self.addresses if not arrived[who]} - listed,
            never_there=by_state[DeliveryState.SENT] - arrived.keys(),
            recorded_again=again,
            twice={who for who, times in arrived.items() if times > 1},
            unknown=by_state[DeliveryState.UNKNOWN],
            unknown_but_arrived=by_state[DeliveryState.UNKNOWN] & arrived.keys(),
            unfinished=len(rows) - sum(len(by_state[s]) for s in _FINAL),
            names_differ=_names_differ(lines),
        )

    def _address(self, row: Delivery) -> str:
        return self.addresses[row.subscriber - 1]

    def _seen(self) -> Counter[str]:
        return Counter(line.recipient for line in written(self.log))


_FINAL = (DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.UNKNOWN, DeliveryState.CANCELLED)


def _names_differ(lines: list[Accepted]) -> set[str]:
    """Return who got copies under different Message-IDs."""
    found: dict[str, set[str]] = {}
    for line in lines:
        if line.message_id != REFUSED:
            found.setdefault(line.recipient, set()).add(line.message_id)
    return {who for who, names in found.items() if len(names) > 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a run. All but `unknown`, `unknown_but_arrived` and `twice` must be empty."""

    crashes: int
    recipients: int
    missed: set[str]  #: neither accepted nor listed
    never_there: set[str]  #: recorded as sent, and the sink has never seen it
    recorded_again: set[str]  #: recorded as sent or refused at a crash, and tried again later
    twice: set[str]  #: accepted more than once
    unknown: set[str]
    unknown_but_arrived: set[str]
    unfinished: int
    names_differ: set[str]
