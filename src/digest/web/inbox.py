"""The embedded inbox as a page: what was sent on this machine, shown as a mail program would."""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from digest.delivery.inbox import StoredMail, messages, read
from digest.flows.proof import Proof
from digest.model.account import Role
from digest.web.framing import part_of
from digest.web.rendering import house_of, page
from digest.web.signing_in import needs
from digest.web.switches import Switches

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]*\.eml")
AT_MOST = 200


@needs(Role.READER)
def listing(request: Request) -> Response:
    """Show the mails in the inbox, newest first."""
    folder = house_of(request).state / "inbox"
    found = messages(folder) if folder.is_dir() else []
    return page(request, "inbox.html", here="/inbox", mails=found[:AT_MOST], number=len(found))


@needs(Role.READER)
def show(request: Request) -> Response:
    """Show one mail: its envelope, its headers, the mail in a frame."""
    path = _path(request)
    stored, message = read(path), _parsed(path)
    return page(
        request,
        "mail.html",
        here="/inbox",
        mail=stored,
        file=path.name,
        switches=Switches.of(request),
        one_click=_one_click(message),
    )


@needs(Role.READER)
def mail(request: Request) -> Response:
    """Give the mail itself, for the frame."""
    path = _path(request)
    return part_of(_seen(path, read(path)), Switches.of(request), pages=house_of(request).newsroom.pages)


@needs(Role.READER)
def raw(request: Request) -> Response:
    """Give the file as it came."""
    path = _path(request)
    headers = {"Content-Disposition": f'attachment; filename="{path.name}"'}
    return Response(path.read_bytes(), media_type="message/rfc822", headers=headers)


def _path(request: Request) -> Path:
    name = str(request.path_params["name"])
    path: Path = house_of(request).state / "inbox" / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise HTTPException(404, "No such mail")
    return path


def _parsed(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _seen(path: Path, stored: StoredMail) -> Proof:
    message = _parsed(path)
    return Proof(
        subject=stored.subject,
        html=_content(message, "html"),
        text=_content(message, "plain"),
        message=path.read_bytes(),
    )


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _one_click(message: EmailMessage) -> str:
    """Say in words whether a mail program offers its own unsubscribe button (RFC 8058, 3.1)."""
    address = str(message.get("List-Unsubscribe", ""))
    post = str(message.get("List-Unsubscribe-Post", "")).strip()
    if not address:
        return "no List-Unsubscribe: a letter, or a test copy"
    if post != "List-Unsubscribe=One-Click":
        return "List-Unsubscribe without one-click"
    return "one-click unsubscribe"
