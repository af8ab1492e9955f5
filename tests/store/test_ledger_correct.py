"""New words for who has not been reached yet."""

import pytest

from digest.model.delivery import DeliveryState
from digest.model.errors import Busy
from digest.store.engine import Store
from digest.store.ledger import claim, names
from digest.store.ledger.correct import correct
from digest.store.ledger.history import deliveries
from digest.store.renderings import save_rendering
from store.ledgers import EDITION, NOW, claimed, nothing_to_claim, of, opened, recorded, words


def new_words(store: Store) -> dict[int, int]:
    """Keep a second version; return old key -> new key."""
    with store.write() as connection:
        before = names.rendering_keys(connection, EDITION)[""]
        save_rendering(connection, EDITION, "", words("mended"), now=NOW, version=2)
        return {before: names.rendering_keys(connection, EDITION)[""]}


def versions(store: Store, edition: int) -> dict[int, tuple[DeliveryState, int]]:
    """Return subscriber -> state and version of the words."""
    with store.read() as connection:
        known = names.versions(connection, EDITION)
        told = deliveries(connection, edition, now=NOW)
        return {row.subscriber: (row.state, known[row.rendering][1]) for row in told}


def test_only_who_was_not_reached_gets_the_new_words(any_store: Store) -> None:
    edition = opened(any_store, [*of([1, 2, 3, 4, 5]), (6, "google")])
    chunk = claimed(any_store, scope=claim.of_edition(edition))
    assert chunk.ids == [1, 2, 3, 4, 5]
    mishaps = {1: DeliveryState.DEFERRED, 2: DeliveryState.REFUSED}
    bits = recorded(any_store, chunk, mark=3, sent=[0], mishaps=mishaps)
    assert bits is not None
    with any_store.write() as connection:
        claim.give_back(connection, chunk, bits)

    renderings = new_words(any_store)
    with any_store.write() as connection:
        assert correct(connection, edition, renderings, now=NOW) == 2

    Q, S, R = DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.REFUSED
    assert versions(any_store, edition) == {1: (S, 1), 2: (Q, 2), 3: (R, 1), 4: (Q, 2), 5: (Q, 2), 6: (Q, 2)}
    assert sorted(id for _ in range(2) for id in claimed(any_store).ids) == [4, 5, 6]
    assert nothing_to_claim(any_store)


def test_while_a_sender_holds_a_part_nothing_is_changed(any_store: Store) -> None:
    edition = opened(any_store, of([1, 2]))
    claimed(any_store)
    renderings = new_words(any_store)

    with pytest.raises(Busy), any_store.write() as connection:
        correct(connection, edition, renderings, now=NOW)

    assert {version for _, version in versions(any_store, edition).values()} == {1}
