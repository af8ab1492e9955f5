"""A newsroom with its edition of this morning on the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.flows.compose import occasion
from digest.web.app import build_app
from digest.wiring import House
from newsroom import open_newsroom

#: The edition that is on the desk.
MORNING = "morning/2026-11-23"


def build(house: House) -> None:
    """Put this morning's edition on the desk, as the clock does."""
    digest, now = house.schedule.digests[0], house.clock()
    house.sync_readers()
    house.gather(house.schedule.sources, now=now)
    house.keep(house.draft(digest, occasion(digest, now), now=now), who="clock", now=now)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A newsroom whose clock stands twenty minutes before the edition is due."""
    house = open_newsroom(tmp_path)
    build(house)
    yield house
    house.close()


@pytest.fixture
def client(house: House) -> TestClient:
    """A browser on the newsroom's own machine."""
    return TestClient(
        build_app(house), base_url="http://127.0.0.1:8420", headers={"Sec-Fetch-Site": "same-origin"}
    )
