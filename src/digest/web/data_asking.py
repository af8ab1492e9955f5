"""Ask for the links to one's data, with nothing but one's address: they come by mail, to that address."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from digest.audience.address import Address, normalise
from digest.flows.subscribe_form import form_token
from digest.flows.subscribe_wishes import TooMany, ask_for_data
from digest.model.errors import AddressWrong
from digest.web.joining import OWN_PAGE, TRAP, browser_of, granting, pressed, too_many
from digest.web.rendering import house_of
from digest.web.sheet import sheet
from digest.web.tongue import Speech, speech_for

_ABOUT = "data"


async def ask(request: Request) -> Response:
    """Show the form, or take an address."""
    form = await request.form() if request.method == "POST" else None
    return await run_in_threadpool(_answer, request, form)


def _answer(request: Request, form: FormData | None) -> Response:
    speech = speech_for(request)
    if form is None:
        return _form(request, speech)
    written = str(form.get("email", ""))
    try:
        address = normalise(written)
    except AddressWrong:
        return _form(request, speech, written=written, fault="join_no_address")
    if form.get(TRAP):
        return links_on_their_way(request, address, speech)
    found = pressed(request, form, _ABOUT)
    if found is None or found.early:
        token = str(form["form"]) if found else ""
        return _form(request, speech, written=written, fault="join_early", token=token)
    return send_links(request, address, speech)


def send_links(request: Request, address: Address, speech: Speech) -> Response:
    """Keep that somebody wants the links to the data of `address`, and say that they are on their way."""
    house = house_of(request)
    try:
        ask_for_data(house.store, house.opt_outs, address, browser=browser_of(request), now=house.clock())
    except TooMany:
        return too_many(request, speech)
    return links_on_their_way(request, address, speech)


def links_on_their_way(request: Request, address: Address, speech: Speech) -> Response:
    """Return the same page whether the address is known or not."""
    told = speech.say("data_sent", email=address.email)
    answer = sheet(request, "sent", speech, choice=False, told=told, more="", meant="", again="")
    answer.background = granting(request)
    return answer


def _form(
    request: Request, speech: Speech, *, written: str = "", fault: str = "", token: str = ""
) -> Response:
    house = house_of(request)
    fresh = form_token(_ABOUT, OWN_PAGE, key=house.keys[0], now=house.clock())
    return sheet(
        request,
        "data_asking",
        speech,
        status=422 if fault else 200,
        form=token or fresh,
        trap=TRAP,
        written=written,
        fault=fault,
    )
