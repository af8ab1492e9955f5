"""The relay's name is looked up beside the work, and the selector wakes when the answer is there."""

import selectors
import threading
from collections.abc import Iterator

import pytest

from digest.delivery.connection import Place
from digest.delivery.lookup import Lookup


@pytest.fixture
def selector() -> Iterator[selectors.BaseSelector]:
    with selectors.DefaultSelector() as made:
        yield made


def answer(lookup: Lookup, selector: selectors.BaseSelector) -> list[Place]:
    """Wait as the engine does: for the selector alone."""
    while (found := lookup.places()) is None:
        for key, mask in selector.select():
            key.data(mask)
    return list(found)


def test_a_name_is_looked_up_and_kept(selector: selectors.BaseSelector) -> None:
    lookup = Lookup("localhost", 2525, selector=selector, within=60)

    first = answer(lookup, selector)

    assert {place[4][:2] for place in first} & {("127.0.0.1", 2525), ("::1", 2525)}
    assert lookup.places() == first
    lookup.close()


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".example", "two words"])
def test_a_name_that_leads_nowhere_is_told_and_asked_for_again(
    selector: selectors.BaseSelector, host: str
) -> None:
    lookup = Lookup(host, 25, selector=selector, within=60)

    for _ in range(2):
        with pytest.raises(OSError, match=f"^{host}: "):
            answer(lookup, selector)
    lookup.close()


def test_a_resolver_that_hangs_holds_nobody_up_and_is_given_up(selector: selectors.BaseSelector) -> None:
    answers = threading.Event()

    def hang(host: str, port: int) -> list[Place]:
        answers.wait()
        return []

    lookup = Lookup("relay.example", 25, selector=selector, within=0.0, resolve=hang)

    assert lookup.places() is None
    with pytest.raises(OSError, match=r"relay.example: .* the resolver does not answer"):
        lookup.places()
    lookup.close()
    answers.set()  # what it says now, nobody hears
