"""Signed links: each for one purpose, none usable as another; forged, cut, over, or under an old key."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest.flows.sending.addressing import PREFERENCES, UNSUBSCRIBE
from digest.flows.subscribe_links import CONFIRM, ERASE, EXPORT, REASON, UNDO
from digest.model.token import sign
from digest.settings.secrets import new_key
from digest.store.roster import evidence
from digest.wiring import House
from newsroom import NOW, open_newsroom
from web.visitors import SAME, browser, held, wait

ADA = "ada@reader.example"
LATER = NOW + timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """One kind of link: where it leads, and what is signed."""

    purpose: str
    path: str
    payload: Callable[[int], str]
    ends: bool = True
    post_only: bool = False


KINDS = (
    Kind(CONFIRM, "/c/{}", lambda id: f"{id} letter/confirm/morning/en/2026-11-23"),
    Kind(PREFERENCES, "/p/{}", str),
    Kind(UNSUBSCRIBE, "/u/{}", lambda id: f"{id} morning", ends=False),
    Kind(UNDO, "/undo/{}", lambda id: f"{id} morning", post_only=True),
    Kind(REASON, "/why/{}", lambda id: f"{id} morning", post_only=True),
    Kind(EXPORT, "/d/{}", str),
    Kind(EXPORT, "/d/{}/my-data.json", str),
    Kind(ERASE, "/e/{}", str),
)
EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    house.sync_readers()
    yield house
    house.close()


def ada(house: House) -> int:
    reader = held(house, ADA)
    assert reader is not None
    return reader.subscriber.id


def token(house: House, kind: Kind, *, until: datetime = LATER, key: bytes | None = None) -> str:
    expires = until if kind.ends else None
    return sign(kind.purpose, kind.payload(ada(house)), key=key or house.keys[0], expires=expires)


def open_it(house: House, kind: Kind, token: str) -> tuple[int, str]:
    """Open a link, and press its button with everything ticked; return the worse answer."""
    client = browser(house)
    undo = sign(UNDO, f"{ada(house)} morning", key=house.keys[0], expires=LATER)
    data = {"sure": "on", "reason": "often", "undo": undo, "digest": "morning"}
    post = client.post(kind.path.format(token), data=data, headers=SAME)
    if kind.post_only:
        return post.status_code, post.text
    get = client.get(kind.path.format(token))
    if post.status_code == 405:  # there is nothing to press
        return get.status_code, get.text
    return max((get.status_code, get.text), (post.status_code, post.text))


def state(house: House) -> object:
    with house.store.read() as connection:
        consents = evidence.consents_of(connection, [ada(house)])
    opt_outs = house.state / "opt-outs.jsonl"
    return held(house, ADA), consents, opt_outs.read_bytes() if opt_outs.exists() else b""


@EACH
def test_a_link_of_ours_opens(house: House, kind: Kind) -> None:
    assert open_it(house, kind, token(house, kind))[0] == 200


@EACH
def test_no_link_can_be_used_as_another(house: House, kind: Kind) -> None:
    before = state(house)
    for other in KINDS:
        if other.purpose != kind.purpose:
            for payload in (other.payload(ada(house)), kind.payload(ada(house))):
                swapped = sign(other.purpose, payload, key=house.keys[0], expires=LATER)
                assert open_it(house, kind, swapped)[0] == 404, other.purpose
    assert state(house) == before


@EACH
def test_a_forged_or_damaged_link_opens_nothing_and_says_nothing(house: House, kind: Kind) -> None:
    good, before = token(house, kind), state(house)
    head, _, tail = good.partition(".")
    others = sign(kind.purpose, kind.payload(ada(house) + 1), key=house.keys[0], expires=LATER)
    damaged = [
        good[:-1], good[:-2] + ("AA" if good[-2:] != "AA" else "BB"), good[1:], head, f"{head}.", f".{tail}",
        f"{head}.{tail}A", f"{others.partition('.')[0]}.{tail}", good.swapcase(), "x" * 4000, "%00", "-",
        token(house, kind, key=bytes.fromhex(new_key())),
    ]  # fmt: skip

    for one in damaged:
        status, page = open_it(house, kind, one)
        assert status in (404, 405), one
        assert ADA not in page
    assert state(house) == before


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.ends], ids=lambda kind: kind.path)
def test_a_link_whose_time_is_over_says_so_and_does_nothing(house: House, kind: Kind) -> None:
    good = token(house, kind)
    wait(house, days=1, seconds=1)
    before = state(house)

    status, page = open_it(house, kind, good)

    assert status == 410
    assert "This link is over" in page
    assert ADA not in page
    assert state(house) == before


def test_the_way_out_never_ends(house: House) -> None:
    (kind,) = (kind for kind in KINDS if kind.purpose == UNSUBSCRIBE)
    good = token(house, kind)
    wait(house, days=4000)

    assert open_it(house, kind, good)[0] == 200


@EACH
def test_keys_rotate_a_link_works_as_long_as_its_key_is_kept(tmp_path: Path, kind: Kind) -> None:
    old, new = new_key(), new_key()
    house = open_newsroom(tmp_path, environment={"DIGEST_SECRET": old})
    house.sync_readers()
    good = token(house, kind)
    house.close()

    both = open_newsroom(tmp_path, environment={"DIGEST_SECRET": f"{new},{old}"})
    assert both.keys[0] == bytes.fromhex(new)  # signs from now on
    assert open_it(both, kind, good)[0] == 200
    both.close()


@EACH
def test_a_key_that_was_given_up_opens_nothing(house: House, kind: Kind) -> None:
    given_up = bytes.fromhex(new_key())

    assert open_it(house, kind, token(house, kind, key=given_up))[0] == 404
