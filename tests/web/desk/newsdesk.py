"""A newsroom that sends through a real SMTP server, for tests that watch an edition leave."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text
from starlette.testclient import TestClient

from crash.newsroom import enrol
from digest.clock.sender import Senders
from digest.store import editions, renderings
from digest.store.ledger import history, names
from digest.store.ledger.history import Counts
from digest.web.app import build_app
from digest.wiring import House
from newsroom import MORNING, NOW, SCHEDULE, build, open_newsroom

RELAYS = """\
relays:
  main: {connections: 2}
"""
PAGE = f"/desk/{MORNING}"


def open_newsdesk(
    folder: Path, port: int, readers: Sequence[str], *, now: datetime = NOW, database: str = ""
) -> House:
    """Return a newsroom with `readers`, whose mail goes to the SMTP server at `port`, its edition built."""
    schedule = SCHEDULE.replace("defaults:\n", RELAYS + "defaults:\n  send_through: main\n")
    environment = {"DIGEST_RELAY_MAIN": f"smtp://127.0.0.1:{port}?tls=none"}
    if database:
        environment["DIGEST_DATABASE"] = database
    house = open_newsroom(folder, schedule=schedule, now=now, environment=environment)
    (folder / "subscribers" / "readers.csv").unlink()
    with house.store.write() as connection:
        enrol(connection, readers)
        known(house, connection)
    build(house)
    return house


def known(house: House, connection: Connection) -> None:
    """Give enrolled readers the keyed hashes by which the newsroom's opt-out file knows them."""
    for id, key in connection.execute(text("SELECT id, key FROM subscribers")).all():
        values = {"who": bytes.fromhex(house.opt_outs.who(key)), "id": id}
        connection.execute(text("UPDATE subscribers SET who = :who WHERE id = :id"), values)


def browser(house: House) -> TestClient:
    """Return a browser on the newsroom's own machine."""
    return TestClient(
        build_app(house), base_url="http://127.0.0.1:8420", headers={"Sec-Fetch-Site": "same-origin"}
    )


def let_go(client: TestClient, house: House) -> None:
    """Press `Send now`."""
    with house.store.read() as connection:
        words = renderings.hash_of(renderings.renderings(connection, MORNING))
    assert client.post(f"{PAGE}/-/send-now", data={"hash": words}).status_code == 200


def send_what_is_due(house: House) -> None:
    """Let the senders inside `serve` do their work, until they have nothing more to do now."""
    senders = Senders(house, report=lambda line: None, stop=lambda: False)
    senders.look()
    senders.join(timedelta(minutes=1))


def counts(house: House, edition: str = MORNING) -> Counts:
    """Return how many readers are in each state."""
    with house.store.read() as connection:
        return history.counts(connection, names.edition_key(connection, edition), now=house.clock())


def state(house: House, edition: str = MORNING) -> str:
    """Return the state of an edition."""
    with house.store.read() as connection:
        return editions.edition(connection, edition).state.value
