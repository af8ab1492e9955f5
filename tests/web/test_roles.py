"""Which role each page of the workplace asks for: all of them, so that a new page must say so here.

Each line is tried with every role against the real application: too low a role is answered 403 and
never reaches the page; enough of it never is.
"""

from collections.abc import Iterator

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from digest.model.account import Role
from digest.web.app import LOGIN, PUBLIC, WORKPLACE
from digest.wiring import House
from newsroom import open_newsroom
from web.desk_people import browser, hire, signed_in

READER, EDITOR, APPROVER, ADMIN = Role

#: route -> (what it takes to look, what it takes to post); None where it takes no such request.
MATRIX: dict[str, tuple[Role | None, Role | None]] = {
    "/preview": (READER, None),
    "/preview/edition/{edition:path}/-/mail": (READER, None),
    "/preview/edition/{edition:path}/-/edition.eml": (READER, None),
    "/preview/edition/{edition:path}/-/screenshot.png": (READER, None),
    "/preview/edition/{edition:path}/-/reader": (None, EDITOR),
    "/preview/edition/{edition:path}/-/outside": (None, EDITOR),
    "/preview/edition/{edition:path}": (READER, None),
    "/preview/{digest}/mail": (READER, None),
    "/preview/{digest}/edition.eml": (READER, None),
    "/preview/{digest}/screenshot.png": (READER, None),
    "/preview/{digest}/reader": (None, EDITOR),
    "/preview/{digest}": (READER, None),
    "/live": (READER, None),
    "/inbox": (READER, None),
    "/inbox/api/messages": (READER, EDITOR),
    "/inbox/api/messages/{name}": (READER, EDITOR),
    "/inbox/empty": (None, EDITOR),
    "/inbox/{name}": (READER, None),
    "/inbox/{name}/delete": (None, EDITOR),
    "/inbox/{name}/mail": (READER, None),
    "/inbox/{name}/raw": (READER, None),
    "/desk/{edition:path}/-/share": (None, EDITOR),
    "/desk/account": (READER, None),
    "/desk/account/password": (None, READER),
    "/desk/account/second-step": (None, READER),
    "/desk/account/sessions": (None, READER),
    "/desk/people": (ADMIN, ADMIN),
    "/desk/log": (EDITOR, None),
    "/desk": (READER, None),
    "/desk/events": (READER, None),
    "/desk/{edition:path}/-/events": (READER, None),
    "/desk/{edition:path}/-/change": (None, EDITOR),
    "/desk/{edition:path}/-/undo": (None, EDITOR),
    "/desk/{edition:path}/-/link": (None, EDITOR),
    "/desk/{edition:path}/-/hold": (None, EDITOR),
    "/desk/{edition:path}/-/pull-back": (None, EDITOR),
    "/desk/{edition:path}/-/approve": (None, APPROVER),
    "/desk/{edition:path}/-/override": (None, APPROVER),
    "/desk/{edition:path}/-/skip": (None, APPROVER),
    "/desk/{edition:path}/-/send-now": (None, APPROVER),
    "/desk/{edition:path}/-/rebuild": (None, EDITOR),
    "/desk/{edition:path}/-/test": (None, EDITOR),
    "/desk/{edition:path}/-/pause": (None, APPROVER),
    "/desk/{edition:path}/-/resume": (None, APPROVER),
    "/desk/{edition:path}/-/withdraw": (None, APPROVER),
    "/desk/{edition:path}/-/settle": (None, APPROVER),
    "/desk/{edition:path}/-/correct": (None, APPROVER),
    "/desk/{edition:path}/-/write/{number}": (None, EDITOR),
    "/desk/{edition:path}/-/deliveries.{kind:str}": (EDITOR, None),
    "/desk/{edition:path}": (READER, None),
}
#: Answers that do not end, or end the session that the other lines are tried with.
NOT_ASKED = {"/live", "/desk/events", "/desk/{edition:path}/-/events", "/desk/account/sessions"}
#: What stands for the parameters of a route.
FILLED = {"{digest}": "morning", "{name}": "none.eml", "{edition:path}": "morning/2026-11-23"}
ROUTES = [route for route in WORKPLACE if isinstance(route, Route)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = open_newsroom(tmp_path_factory.mktemp("newsroom"))
    hire(house, "admin", ADMIN)
    for role in (READER, EDITOR, APPROVER):
        hire(house, role.value, role)
    yield house
    house.close()


@pytest.fixture(scope="module")
def browsers(house: House) -> dict[Role, TestClient]:
    found = {role: signed_in(house, role.value) for role in Role}
    for client in found.values():
        client.__enter__()
    return found


def changing(path: str) -> str:
    """Return the method by which something is changed there."""
    return "DELETE" if path.startswith("/inbox/api/") else "POST"


def needed(route: Route) -> tuple[Role | None, Role | None]:
    look, change = route.endpoint.needs  # type: ignore[attr-defined]
    methods = route.methods or set()
    return (look if "GET" in methods else None, change if {"POST", "DELETE"} & methods else None)


def test_every_route_of_the_workplace_stands_in_the_matrix_with_its_roles() -> None:
    built = {route.path: needed(route) for route in ROUTES}

    assert built == MATRIX, "a route was added, or asks for another role: enter it in MATRIX, on purpose"


def test_there_are_no_routes_beside_those_that_are_listed() -> None:
    assert len(ROUTES) == len(WORKPLACE)
    assert not {route.path for route in ROUTES} & {getattr(r, "path", "") for r in (*PUBLIC, *LOGIN)}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("path", sorted(MATRIX.keys() - NOT_ASKED))
def test_a_role_gets_what_is_its_and_403_for_the_rest(
    browsers: dict[Role, TestClient], path: str, role: Role
) -> None:
    address = path
    for parameter, value in FILLED.items():
        address = address.replace(parameter, value)

    for method, need in zip(("GET", changing(path)), MATRIX[path], strict=True):
        if need is None:
            continue
        answer = browsers[role].request(method, address, headers={"origin": "http://127.0.0.1:8420"})
        refused = answer.status_code == 403 and "That asks for the role" in answer.text
        assert refused is not role.may(need), (method, answer.status_code)


@pytest.mark.parametrize("path", sorted(MATRIX))
def test_whoever_has_not_signed_in_gets_none_of_it(house: House, path: str) -> None:
    address = path
    for parameter, value in FILLED.items():
        address = address.replace(parameter, value)
    client = browser(house)

    for method, need in zip(("GET", changing(path)), MATRIX[path], strict=True):
        if need is not None:
            answer = client.request(method, address)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/login")
