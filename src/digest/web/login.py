"""The pages where one signs in and out: name and password, the code, the invitation.

They never say whether a name is known. A GET changes nothing: an invitation is answered, and a
session ended, by a POST only, because mail scanners follow links.
"""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digest.flows import accounts as people
from digest.flows import second_step
from digest.flows.signing_in import Ticket, sign_in, sign_out
from digest.model.account import Stage
from digest.model.errors import AskedWrongly, NotFound, SignInPaused, SignInRefused
from digest.store import accounts
from digest.web.rendering import house_of, page
from digest.web.signing_in import (
    at_this_machine,
    browser_of,
    give,
    safe_next,
    signed_in,
    take,
)


async def login(request: Request) -> Response:
    """Show the form, or take a name and a password."""
    form = await request.form() if request.method == "POST" else None
    return await run_in_threadpool(_login, request, form)


async def code(request: Request) -> Response:
    """Show the form of the second step, or take a code."""
    form = await request.form() if request.method == "POST" else None
    return await run_in_threadpool(_code, request, form)


async def invitation(request: Request) -> Response:
    """Show the form of an invitation, or take the password that answers it."""
    form = await request.form() if request.method == "POST" else None
    return await run_in_threadpool(_invitation, request, form)


async def logout(request: Request) -> Response:
    """Ask whether to sign out, or do it."""
    form = await request.form() if request.method == "POST" else None
    return await run_in_threadpool(_logout, request, form)


def _login(request: Request, form: FormData | None) -> Response:
    house = house_of(request)
    target = safe_next(_field(form, "next") if form is not None else request.query_params.get("next", ""))
    if form is None:
        return _login_page(request, target)
    name, password = _field(form, "name"), _field(form, "password")
    before = signed_in(request)
    try:
        ticket = sign_in(
            house.store, name=name, password=password, browser=browser_of(request), keys=house.keys,
            now=house.clock(),
        )  # fmt: skip
    except SignInRefused as error:
        return _login_page(request, target, name=name, error=error)
    if before is not None:
        sign_out(house.store, *before, everywhere=False, now=house.clock())
    return _onward(request, ticket, target)


def _login_page(
    request: Request, target: str, *, name: str = "", error: SignInRefused | None = None
) -> Response:
    house = house_of(request)
    if error is None:
        with house.store.read() as connection:
            nobody = not accounts.exist(connection)
        found = signed_in(request)
        if (nobody and at_this_machine(request)) or (found and found[0].stage is Stage.OPEN):
            return RedirectResponse(target, status_code=303)
        if nobody:
            return page(request, "login/nobody.html", status=403)
    shown = page(request, "login/login.html", status=_status(error), name=name, next=target, why=_why(error))
    return _waiting(shown, error)


def _code(request: Request, form: FormData | None) -> Response:
    house, found = house_of(request), signed_in(request)
    target = safe_next(_field(form, "next") if form is not None else request.query_params.get("next", ""))
    if found is None:
        return RedirectResponse("/login", status_code=303)
    if found[0].stage is Stage.OPEN:
        return RedirectResponse(target, status_code=303)
    if form is None:
        return page(request, "login/code.html", next=target, why="")
    try:
        ticket = second_step.take_code(
            house.store, *found, typed=_field(form, "code"), browser=browser_of(request), keys=house.keys,
            now=house.clock(),
        )  # fmt: skip
    except SignInRefused as error:
        shown = page(request, "login/code.html", status=_status(error), next=target, why=_why(error))
        return _waiting(shown, error)
    return _onward(request, ticket, target)


def _invitation(request: Request, form: FormData | None) -> Response:
    house, token, why = house_of(request), request.path_params["token"], ""
    try:
        account = people.invited(house.store, token, now=house.clock())
        if form is not None:
            if _field(form, "password") != _field(form, "again"):
                raise AskedWrongly("the two passwords are not the same")
            ticket = people.accept(
                house.store, token, password=_field(form, "password"), newsroom=house.newsroom.name,
                browser=browser_of(request), now=house.clock(),
            )  # fmt: skip
            return _onward(request, ticket, "/desk/account")
    except NotFound as error:
        return page(request, "login/over.html", status=404, why=_sentence(error))
    except AskedWrongly as error:
        why = _sentence(error)
    return page(request, "login/invitation.html", status=400 if why else 200, account=account, why=why)


def _logout(request: Request, form: FormData | None) -> Response:
    house, found = house_of(request), signed_in(request)
    if found is None:
        return take(RedirectResponse("/login", status_code=303), request)
    if form is None:
        return page(request, "login/logout.html", account=found[1])
    sign_out(house.store, *found, everywhere=_field(form, "where") == "everywhere", now=house.clock())
    return take(RedirectResponse("/login", status_code=303), request)


def _onward(request: Request, ticket: Ticket, target: str) -> Response:
    """Give the new token, and go on: to the code, where one is asked for."""
    if ticket.session.stage is Stage.CODE:
        url = request.url_for("login_code").include_query_params(next=target)
        return give(RedirectResponse(f"{url.path}?{url.query}", status_code=303), request, ticket)
    return give(RedirectResponse(target, status_code=303), request, ticket)


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _status(error: SignInRefused | None) -> int:
    if error is None:
        return 200
    return 429 if isinstance(error, SignInPaused) else 403


def _why(error: SignInRefused | None) -> str:
    return "" if error is None else _sentence(error)


def _sentence(error: Exception) -> str:
    told = str(error)
    return f"{told[:1].upper()}{told[1:]}."


def _waiting(response: Response, error: SignInRefused | None) -> Response:
    if isinstance(error, SignInPaused):
        response.headers["Retry-After"] = str(max(1, int(error.wait.total_seconds())))
    return response
