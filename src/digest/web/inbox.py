"""The embedded inbox as a page: what was sent on this machine, shown as a mail program would."""

import re
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digest.delivery.inbox import messages, names, read, remove_all
from digest.delivery.opened import opened
from digest.flows.proof import Proof
from digest.model.account import Role
from digest.web.framing import part_of
from digest.web.rendering import house_of, page
from digest.web.signing_in import actor_of, needs
from digest.web.switches import Switches

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]*\.eml")
#: Mails on one page.
AT_MOST = 100


@needs(Role.READER)
def listing(request: Request) -> Response:
    """Show the mails in the inbox, newest first; those that hold the words searched for."""
    folder, asked = folder_of(request), request.query_params
    words, before = asked.get("q", "")[:200], asked.get("before", "")
    found = messages(folder, most=AT_MOST + 1, before=before, holding=words)
    return page(
        request,
        "inbox/list.html",
        here="/inbox",
        mails=found[:AT_MOST],
        older=found[AT_MOST - 1].path.name if len(found) > AT_MOST else "",
        number=len(names(folder)),
        words=words,
        before=before,
        may_delete=actor_of(request).may(Role.EDITOR),
    )


@needs(Role.READER)
def show(request: Request) -> Response:
    """Show one mail: its envelope, its way out, the mail in a frame."""
    path = path_of(request)
    return page(
        request,
        "inbox/mail.html",
        here="/inbox",
        mail=read(path),
        base=f"/inbox/{quote(path.name)}",
        switches=Switches.of(request),
        points=opened(path.read_bytes()).way_out,
        may_delete=actor_of(request).may(Role.EDITOR),
    )


@needs(Role.READER)
def mail(request: Request) -> Response:
    """Give the mail itself, for the frame."""
    path = path_of(request)
    message, raw = opened(path.read_bytes()), path.read_bytes()
    seen = Proof(subject=read(path).subject, html=message.html, text=message.text, message=raw)
    return part_of(seen, Switches.of(request), pages=house_of(request).newsroom.pages, here=True)


@needs(Role.READER)
def raw(request: Request) -> Response:
    """Give the file as it came."""
    path = path_of(request)
    headers = {"Content-Disposition": f'attachment; filename="{path.name}"'}
    return Response(path.read_bytes(), media_type="message/rfc822", headers=headers)


@needs(Role.EDITOR)
async def delete(request: Request) -> Response:
    """Delete one mail."""
    path = path_of(request)
    await run_in_threadpool(path.unlink, missing_ok=True)
    return RedirectResponse("/inbox", status_code=303)


@needs(Role.EDITOR)
async def empty(request: Request) -> Response:
    """Delete every mail."""
    await run_in_threadpool(remove_all, folder_of(request))
    return RedirectResponse("/inbox", status_code=303)


def folder_of(request: Request) -> Path:
    """Return the folder of the embedded inbox."""
    folder: Path = house_of(request).state / "inbox"
    return folder


def path_of(request: Request) -> Path:
    """Return the file of the mail that is asked for, or answer that it is not there."""
    name = str(request.path_params["name"])
    path = folder_of(request) / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise HTTPException(404, "No such mail")
    return path
