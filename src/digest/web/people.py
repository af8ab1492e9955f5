"""The people of the desk: who has an account, what each may do. For admins.

The first account is made on the command line only, by somebody who may read the newsroom's folder.
"""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digest.flows import accounts as flow
from digest.model.account import INVITED_FOR, Role
from digest.model.errors import AskedWrongly
from digest.store import accounts
from digest.web.rendering import house_of, page
from digest.web.signing_in import account_of, actor_of, needs


@needs(Role.ADMIN)
async def people(request: Request) -> Response:
    """Show all accounts, or do to one what the form says."""
    form = await request.form() if request.method == "POST" else None
    return await run_in_threadpool(_answer, request, form)


def _answer(request: Request, form: FormData | None) -> Response:
    if form is None:
        return _shown(request, done=request.query_params.get("done", ""))
    if account_of(request) is None:
        raise HTTPException(403, "The first account is made on the command line: digest users add NAME")
    try:
        return _do(request, str(form.get("do", "")), form)
    except AskedWrongly as error:
        return _shown(request, why=str(error))


def _do(request: Request, do: str, form: FormData) -> Response:
    house, who, name = house_of(request), actor_of(request).name, str(form.get("name", ""))
    store, now = house.store, house.clock()
    if do == "add":
        email = str(form.get("email", ""))
        made = flow.add(store, name=name, email=email, role=_role(form), who=who, now=now)
        return _invite(request, made.name)
    if do == "invite":
        return _invite(request, name)
    if do == "role":
        flow.set_role(store, name, _role(form), who=who, now=now)
    elif do == "disable":
        flow.disable(store, name, who=who, now=now)
    elif do == "enable":
        flow.enable(store, name, who=who, keys=house.keys, now=now)
    elif do == "remove":
        flow.remove(store, name, who=who, now=now)
    elif do == "second":
        flow.reset_second_step(store, name, who=who, now=now)
    elif do == "out":
        flow.end_sessions(store, name, who=who, now=now)
    else:
        raise AskedWrongly("nothing that can be done was chosen")
    return RedirectResponse("/desk/people?done=yes", status_code=303)


def _invite(request: Request, name: str) -> Response:
    house = house_of(request)
    token = flow.invite(house.store, name, who=actor_of(request).name, now=house.clock())
    link = f"{request.url.scheme}://{request.url.netloc}/login/invitation/{token}"
    return _shown(request, invited=(name, link, INVITED_FOR.days))


def _role(form: FormData) -> Role:
    try:
        return Role(str(form.get("role", "")))
    except ValueError as error:
        raise AskedWrongly("choose a role: reader, editor, approver or admin") from error


def _shown(
    request: Request, *, why: str = "", done: str = "", invited: tuple[str, str, int] | None = None
) -> Response:
    house = house_of(request)
    with house.store.read() as connection:
        everybody = accounts.every(connection)
    return page(
        request, "desk/people.html", status=400 if why else 200, here="/desk/people", people=everybody,
        roles=list(Role), why=why, done=done, invited=invited, now=house.clock(),
    )  # fmt: skip
