"""A newsroom with its edition of this morning on the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.web.app import build_app
from digest.wiring import House
from flows.conftest import sink
from newsroom import build, open_newsroom


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


__all__ = ["client", "house", "sink"]
