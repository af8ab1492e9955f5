"""One's own account: the password, the second step, where one is signed in."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digest.access import one_time
from digest.flows import accounts as people
from digest.flows import second_step
from digest.flows.signing_in import sign_out
from digest.model.account import Account, Role, Session
from digest.model.errors import AskedWrongly, SignInRefused
from digest.store import accounts, sessions
from digest.web.rendering import house_of, page
from digest.web.signing_in import account_of, browser_of, give, needs, take


@needs(Role.READER)
def show(request: Request) -> Response:
    """Show the account; of the person at this machine, how to make one."""
    found = account_of(request)
    if found is None:
        return page(request, "desk/account_none.html", here="/desk/account")
    return _shown(request, *found, done=request.query_params.get("done", ""))


@needs(Role.READER)
async def password(request: Request) -> Response:
    """Change the password."""
    form = await request.form()
    return await run_in_threadpool(_password, request, form)


@needs(Role.READER)
async def second(request: Request) -> Response:
    """Set the second step up, turn it on by a code, or turn it off by the password."""
    form = await request.form()
    return await run_in_threadpool(_second, request, form)


@needs(Role.READER)
def everywhere(request: Request) -> Response:
    """Sign out everywhere."""
    house = house_of(request)
    sign_out(house.store, *_signed_in(request), everywhere=True, now=house.clock())
    return take(RedirectResponse("/login", status_code=303), request)


def _password(request: Request, form: FormData) -> Response:
    house, (session, account) = house_of(request), _signed_in(request)
    try:
        if form.get("new") != form.get("again"):
            raise AskedWrongly("the two new passwords are not the same")
        ticket = people.change_password(
            house.store, account, old=str(form.get("old", "")), new=str(form.get("new", "")),
            newsroom=house.newsroom.name, browser=browser_of(request), keys=house.keys, now=house.clock(),
        )  # fmt: skip
    except SignInRefused as error:
        return _shown(request, session, account, wrong=("password", _about_password(error)))
    except AskedWrongly as error:
        return _shown(request, session, account, wrong=("password", str(error)))
    return give(RedirectResponse("/desk/account?done=password", status_code=303), request, ticket)


def _second(request: Request, form: FormData) -> Response:
    house, (session, account) = house_of(request), _signed_in(request)
    browser, keys, now = browser_of(request), house.keys, house.clock()
    try:
        if form.get("do") == "off":
            ticket = second_step.turn_off(
                house.store, account, password=str(form.get("password", "")), browser=browser, keys=keys,
                now=now,
            )  # fmt: skip
            return give(RedirectResponse("/desk/account?done=off", status_code=303), request, ticket)
        if form.get("do") == "on":
            codes, ticket = second_step.turn_on(
                house.store, account, typed=str(form.get("code", "")), browser=browser, keys=keys, now=now
            )  # fmt: skip
            shown = page(request, "desk/account_codes.html", here="/desk/account", codes=codes)
            return give(shown, request, ticket)
    except SignInRefused as error:
        if form.get("do") == "off":
            return _shown(request, session, account, wrong=("second", _about_password(error)))
        return _preparing(request, account, why=str(error))
    return _preparing(request, account)


def _preparing(request: Request, account: Account, *, why: str = "") -> Response:
    """Show the secret as a picture and in letters."""
    house = house_of(request)
    secret = second_step.prepare(house.store, account, keys=house.keys)
    address = one_time.address(secret, name=account.name, issuer=house.newsroom.name)
    return page(
        request, "desk/account_second.html", status=403 if why else 200, here="/desk/account", why=why,
        picture=one_time.picture(address), address=address,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    )  # fmt: skip


def _shown(
    request: Request, session: Session, account: Account, *, done: str = "", wrong: tuple[str, str] = ("", "")
) -> Response:
    house = house_of(request)
    with house.store.read() as connection:
        own = sessions.of_account(connection, account.key, now=house.clock())
        left = accounts.recovery_left(connection, account.key)
    return page(
        request, "desk/account.html", status=403 if wrong[0] else 200, here="/desk/account", account=account,
        session=session, sessions=own, recovery_left=left, done=done, wrong=wrong,
    )  # fmt: skip


def _signed_in(request: Request) -> tuple[Session, Account]:
    found = account_of(request)
    if found is None:
        raise HTTPException(403, "There is no account yet: digest users add NAME makes the first one")
    return found


def _about_password(error: SignInRefused) -> str:
    return str(error) if type(error) is not SignInRefused else "the password is not right"
