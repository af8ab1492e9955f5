"""Tell open pages that something has changed: server-sent events, however many pages are open.

One watcher looks at the newsroom's files for as long as the server runs. When one changes, the local
sources are read again, so that a page that is asked for only reads; then every open page is told.
While somebody listens, the database is looked at too: another process may have changed an edition.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from watchfiles import DefaultFilter, awatch

from digest.model.errors import DigestError
from digest.store.marks import newest
from digest.wiring import House

#: Milliseconds in which changes are gathered into one event: an editor's save is several.
DEBOUNCE = 30
#: Seconds between two signs of life.
HEARTBEAT = 15.0
#: Seconds between two looks at the database.
LOOK = 0.05
#: Pages that may listen at the same time.
MOST = 200


class Changes:
    """Watches a newsroom's files and its database; `number` grows with each change of a file."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.number = 0
        self.problem = ""  #: why the newest change of a file could not be taken in
        self._listeners: set[asyncio.Event] = set()
        self._looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch the files meanwhile."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def stream(self, request: Request) -> Response:
        """Return the events as an answer."""
        if len(self._listeners) >= MOST:
            return PlainTextResponse("Too many pages are open.", status_code=503)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self.events(request), media_type="text/event-stream", headers=headers)

    async def events(self, request: Request) -> AsyncIterator[str]:
        """Yield an event for each change, and a comment now and then so that the connection lives.

        Each has a mark as its id. Who comes with an older one, from the page (`?since=`) or after a
        break (`Last-Event-ID`), is told at once.
        """
        changed = asyncio.Event()
        since = request.headers.get("last-event-id") or request.query_params.get("since", "")
        self._listeners.add(changed)
        try:
            mark = await run_in_threadpool(self.mark)
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look(mark))
            if since and since != mark:
                changed.set()
            yield "retry: 1000\n\n"
            while not await request.is_disconnected():
                try:
                    await asyncio.wait_for(changed.wait(), HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                else:
                    changed.clear()
                    mark = await run_in_threadpool(self.mark)
                    yield f"id: {mark}\nevent: changed\ndata: {mark}\n\n"
        finally:
            self._listeners.discard(changed)
            if not self._listeners and self._looking is not None:
                self._looking.cancel()

    def mark(self) -> str:
        """Return a word for how everything is now; it is another one after each change."""
        with self.house.store.read() as connection:
            line, version = newest(connection)
        return f"{self.number}-{line}-{version}"

    def tell(self) -> None:
        """Tell every open page that something has changed."""
        for listener in self._listeners:
            listener.set()

    async def _watch(self) -> None:
        watched = awatch(self.house.folder, watch_filter=_Sources(self.house), debounce=DEBOUNCE, step=10)
        async for _ in watched:
            await run_in_threadpool(self._take_in)
            self.number += 1
            self.tell()

    def _take_in(self) -> None:
        house = self.house
        try:
            house.reread()
            house.gather([s for s in house.schedule.sources if not s.remote], now=house.clock())
        except DigestError as error:  # the page says so; the next change of a file tries again
            self.problem = str(error)
        else:
            self.problem = ""

    async def _look(self, seen: str) -> None:
        while True:
            await asyncio.sleep(LOOK)
            mark = await run_in_threadpool(self.mark)
            if mark != seen:
                seen = mark
                self.tell()


class _Sources(DefaultFilter):
    """Lets through what an edition is made of: stories, templates, schedule, subscribers."""

    def __init__(self, house: House) -> None:
        folder = house.folder
        super().__init__(ignore_paths=[folder / "state", folder / "build", folder / ".venv"])
