"""The embedded inbox for programs: what a test asks when it has sent something.

`docs/reference/inbox-api.md` is its reference.
"""

import asyncio
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from digest.delivery.inbox import StoredMail, messages, read, remove_all
from digest.delivery.opened import opened
from digest.flows.written import moment_json
from digest.model.account import Role
from digest.web.inbox import folder_of, path_of
from digest.web.signing_in import needs

#: Mails in one answer; more are asked for with `before`.
AT_MOST = 100
#: Seconds that a question may wait for a mail, and between two looks meanwhile.
LONGEST, LOOK = 30.0, 0.05


@needs(Role.READER, to_change=Role.EDITOR)
async def several(request: Request) -> Response:
    """List mails, newest first; with `wait`, once there is one. DELETE removes them all."""
    if request.method == "DELETE":
        await run_in_threadpool(remove_all, folder_of(request))
        return Response(status_code=204)
    asked = request.query_params
    wait = min(float(asked["wait"]), LONGEST) if asked.get("wait", "").isdecimal() else 0.0
    loop = asyncio.get_running_loop()
    until = loop.time() + wait
    while True:
        found = await run_in_threadpool(
            messages,
            folder_of(request),
            most=AT_MOST,
            before=asked.get("before", ""),
            holding=asked.get("q", ""),
        )
        if found or loop.time() >= until:
            return JSONResponse({"messages": [_summary(mail) for mail in found]})
        await asyncio.sleep(LOOK)


@needs(Role.READER, to_change=Role.EDITOR)
def one(request: Request) -> Response:
    """Give one mail, taken apart. DELETE removes it."""
    path = path_of(request)
    if request.method == "DELETE":
        path.unlink(missing_ok=True)
        return Response(status_code=204)
    whole = path.read_bytes()
    message = opened(whole)
    return JSONResponse(
        {
            **_summary(read(path)),
            "html": message.html,
            "text": message.text,
            "headers": [{"name": name, "value": value} for name, value in message.headers],
            "unsubscribe": [{"good": point.good, "told": point.told} for point in message.way_out],
            "size": len(whole),
        }
    )


def _summary(mail: StoredMail) -> dict[str, Any]:
    return {
        "id": mail.path.name,
        "received": moment_json(mail.received),
        "from": mail.sender,
        "to": mail.to,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "envelope": {"from": mail.mail_from, "to": list(mail.rcpt_to)},
    }
