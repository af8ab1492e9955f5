"""Tell open pages of the desk what has happened to an edition: one stream a page, one look for all of them.

Somebody else's change, a step of the clock, a sender's progress: all of it stands in the database,
so one look a moment serves every page, whoever did it and in whichever process. Nobody looks while
no page is open.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

#: Seconds between two looks; a change made through this process is told at once.
LOOK = 0.5
#: Seconds between telling one page and the next: a hundred that ask for the page anew at once would
#: keep the editor waiting who has just saved.
PACE = 0.008
#: Seconds between two signs of life.
HEARTBEAT = 15.0
#: Pages that may listen at the same time.
MOST = 400

#: What there is to tell of some editions: edition -> (name of the event, its data), newest state only.
News = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(eq=False)
class _Page:
    """One open page."""

    edition: str
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    told: dict[str, str] = field(default_factory=dict)
    news: list[tuple[str, str]] = field(default_factory=list)


class Wire:
    """Looks for all open pages, and tells each what is new to it."""

    def __init__(self, look: Callable[[frozenset[str]], News]) -> None:
        self._look = look
        self._pages: set[_Page] = set()
        self._watching: asyncio.Task[None] | None = None
        self._nudged = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over = False

    def close(self) -> None:
        """End every stream, so that the server need not wait for pages that stay open. From any thread."""
        self._over = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for page in self._pages:
            page.waiting.set()

    def nudge(self) -> None:
        """Look at once: something was done through this process. May be called from any thread."""
        if self._loop is not None and self._pages:
            self._loop.call_soon_threadsafe(self._nudged.set)

    def stream(self, request: Request, edition: str) -> Response:
        """Return the events of one edition as an answer."""
        if len(self._pages) >= MOST:
            return PlainTextResponse("Too many pages are open.", status_code=503)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(
            self._events(request, edition), media_type="text/event-stream", headers=headers
        )

    async def _events(self, request: Request, edition: str) -> AsyncIterator[str]:
        page = _Page(edition)
        self._pages.add(page)
        if self._watching is None or self._watching.done():
            self._loop, self._nudged = asyncio.get_running_loop(), asyncio.Event()
            self._watching = asyncio.create_task(self._watch())
        self._nudged.set()
        try:
            yield "retry: 1000\n\n"
            while not (self._over or await request.is_disconnected()):
                try:
                    await asyncio.wait_for(page.waiting.wait(), HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                page.waiting.clear()
                news, page.news = page.news, []
                for name, data in news:
                    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
                    yield f"event: {name}\n{lines}\n"
        finally:
            self._pages.discard(page)
            if not self._pages:
                self._watching.cancel()

    async def _watch(self) -> None:
        while True:
            wanted = frozenset(page.edition for page in self._pages)
            news = await run_in_threadpool(self._look, wanted)
            for page in list(self._pages):
                fresh = [one for one in news.get(page.edition, ()) if page.told.get(one[0]) != one[1]]
                if fresh:
                    page.told.update(fresh)
                    page.news += fresh
                    page.waiting.set()
                    await asyncio.sleep(PACE)
            try:
                await asyncio.wait_for(self._nudged.wait(), LOOK)
            except TimeoutError:
                continue
            self._nudged.clear()
