"""The yes of a person: the link of the confirmation letter leads here. GET shows a button, POST confirms."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from digest.flows.subscribe import confirm
from digest.flows.subscribe_links import confirming
from digest.model.errors import NotFound, TokenExpired, TokenWrong
from digest.web.rendering import house_of, page


async def confirmation(request: Request) -> Response:
    """Show the button, or take the yes."""
    return await run_in_threadpool(_answer, request)


def _answer(request: Request) -> Response:
    house = house_of(request)
    try:
        token = request.path_params["token"]
        subscriber, asked = confirming(token, keys=house.keys, now=house.clock())
        if request.method != "POST":
            return page(request, "confirm.html", titles=_titles(request, asked))
        browser = request.client.host if request.client else ""
        done = confirm(house.store, house.opt_outs, subscriber, asked, now=house.clock(), browser=browser)
    except TokenExpired:
        why = "The letter is too old. Please sign up again, and a new one comes at once."
        return page(request, "wrong.html", status=410, title="This link is over", why=why)
    except (TokenWrong, NotFound):
        why = "It is damaged, or not one of ours. Please open the link from the letter once more."
        return page(request, "wrong.html", status=404, title="This link does not work", why=why)
    return page(
        request,
        "confirmed.html",
        titles=_titles(request, done.digests),
        left=_titles(request, done.left),
        before=done.before,
    )


def _titles(request: Request, digests: tuple[str, ...]) -> list[str]:
    known = {digest.id: digest.title for digest in house_of(request).schedule.digests}
    return [known.get(name, name) for name in digests]
