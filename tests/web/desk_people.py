"""Editors of the *Gazette* for tests that sign in: accounts with a password, and browsers signed in."""

from starlette.testclient import TestClient

from digest.flows import accounts
from digest.flows.signing_in import Browser
from digest.model.account import Role
from digest.web.app import build_app
from digest.wiring import House

PASSWORD = "nine herons over the mill"
DESK = "http://127.0.0.1:8420"
#: What a browser sends with a form of ours.
OURS = {"sec-fetch-site": "same-origin"}


def hire(house: House, name: str, role: Role, *, password: str = PASSWORD) -> None:
    """Add an account with a password; the first one must be an admin's."""
    now = house.clock()
    accounts.add(house.store, name=name, email=f"{name}@gazette.example", role=role, who="test", now=now)
    token = accounts.invite(house.store, name, who="test", now=now)
    accounts.accept(
        house.store, token, password=password, newsroom=house.newsroom.name, browser=Browser(), now=now
    )


def browser(house: House, *, base_url: str = DESK, address: str = "192.0.2.7") -> TestClient:
    """Return a browser that nobody has signed in with."""
    app = build_app(house, desk_hosts=["desk.gazette.example"])
    client = TestClient(app, base_url=base_url, headers=OURS, client=(address, 50_000))
    client.follow_redirects = False
    return client


def signed_in(house: House, name: str, *, password: str = PASSWORD, base_url: str = DESK) -> TestClient:
    """Return a browser in which `name` has signed in."""
    client = browser(house, base_url=base_url)
    answer = client.post("/login", data={"name": name, "password": password})
    assert answer.status_code == 303, answer.text
    return client
