"""Forms of the desk, as they are sent without JavaScript: what the editor touched is changed, and no more."""

import re

from starlette.testclient import TestClient

from digest.store import editions
from digest.wiring import House
from newsroom import MORNING

PAGE = f"/desk/{MORNING}"


def version(client: TestClient) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get(PAGE).text)
    assert found is not None
    return found[1]


def story(client: TestClient, headline: str) -> str:
    """The id of the story with this headline."""
    page = client.get(PAGE).text
    there = page.index(headline, page.index('id="block-1"'))
    return re.findall(r'<li[^>]* id="s([0-9a-f]{16})"', page[:there])[-1]


def last_line(house: House) -> editions.HistoryLine:
    with house.store.read() as connection:
        return editions.history(connection, MORNING)[-1]


def test_a_saved_subject_stands_on_the_page_and_in_the_history(client: TestClient, house: House) -> None:
    form = {"version": version(client), "subject": "The wheel turns", "was-subject": "as it was"}

    answer = client.post(f"{PAGE}/-/change", data=form)

    assert answer.url.path == PAGE  # POST, redirect, GET
    assert 'value="The wheel turns"' in answer.text
    assert last_line(house).what == "subject: “The wheel turns”"


def test_fields_that_were_not_touched_are_not_changed(client: TestClient, house: House) -> None:
    old = version(client)
    client.post(f"{PAGE}/-/change", data={"version": old, "subject": "Ada's", "was-subject": "S"})

    answer = client.post(
        f"{PAGE}/-/change",
        data={
            "version": old, "subject": "S", "was-subject": "S",
            "letter": "Hello\r\nyou", "was-letter": "Hello\nthere",
        },
    )  # fmt: skip

    assert answer.status_code == 200
    with house.store.read() as connection:
        choice = editions.edition(connection, MORNING).choice
    assert (choice.subject, choice.letter) == ("Ada's", "Hello\nyou")


def test_a_button_moves_leads_pins_and_leaves_out(client: TestClient, house: House) -> None:
    owls, market = story(client, "Owls found"), story(client, "Market moves")

    for form in ({"position": market}, {"place": "pinned"}, {"place": "out"}):
        client.post(f"{PAGE}/-/change", data={"version": version(client), "story": owls, **form})
    client.post(f"{PAGE}/-/change", data={"version": version(client), "story": market, "lead": market})

    page = client.get(PAGE).text
    with house.store.read() as connection:
        lines = [line.what for line in editions.history(connection, MORNING)]
    assert lines[-4:] == [
        "moved “Owls found nesting in the clock tower” "
        "before “Market moves to the church green for the winter”",
        "pinned “Owls found nesting in the clock tower”",
        "left out “Owls found nesting in the clock tower”",
        "“Market moves to the church green for the winter” leads",
    ]
    assert page.index("Left out by an editor") < page.index("Owls found")
    assert page.index("Market moves") < page.index("The mill wheel", page.index('id="block-1"'))


def test_the_second_of_two_editors_is_told_and_keeps_their_words(client: TestClient, house: House) -> None:
    old = version(client)
    client.post(f"{PAGE}/-/change", data={"version": old, "subject": "First", "was-subject": "S"})

    answer = client.post(f"{PAGE}/-/change", data={"version": old, "subject": "Second", "was-subject": "S"})

    assert answer.status_code == 409
    assert "Somebody else was there first" in answer.text
    assert "<q>First</q>" in answer.text
    assert ">Second</textarea>" in answer.text
    with house.store.read() as connection:
        assert editions.edition(connection, MORNING).choice.subject == "First"


def test_a_line_of_the_history_is_undone(client: TestClient, house: House) -> None:
    client.post(f"{PAGE}/-/change", data={"version": version(client), "subject": "X", "was-subject": "S"})

    answer = client.post(f"{PAGE}/-/undo", data={"number": str(last_line(house).number)})

    assert answer.status_code == 200
    assert last_line(house).what == "undid: subject: its own again"


def test_a_link_into_the_own_network_is_refused_in_words(client: TestClient) -> None:
    form = {"version": version(client), "url": "http://127.0.0.1:9/secret"}

    answer = client.post(f"{PAGE}/-/link", data=form)

    assert answer.status_code == 502
    assert "127.0.0.1" in answer.text
    assert "That was not done" in answer.text


def test_nonsense_is_refused_in_words(client: TestClient) -> None:
    v = version(client)

    assert client.post(f"{PAGE}/-/change", data={"subject": "x"}).status_code == 409
    assert (
        client.post(f"{PAGE}/-/change", data={"version": v, "place": "up", "story": "00"}).status_code == 409
    )
    assert client.post(f"{PAGE}/-/change", data={"version": v, "lead": "00"}).status_code == 404
    assert client.post(f"{PAGE}/-/undo", data={"number": "x"}).status_code == 409


def test_a_form_from_another_site_changes_nothing(client: TestClient) -> None:
    answer = client.post(f"{PAGE}/-/change", data={"version": "1"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_what_a_story_says_stays_words(client: TestClient, house: House) -> None:
    form = {"version": version(client), "subject": '"><script>alert(1)</script>', "was-subject": "S"}

    page = client.post(f"{PAGE}/-/change", data=form).text

    assert "<script>alert" not in page
