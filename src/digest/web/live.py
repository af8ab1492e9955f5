"""Tell open pages that something has changed: server-sent events from the newsroom's own files.

One watcher serves everybody, however many pages are open; it sleeps while nobody looks.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from watchfiles import DefaultFilter, awatch

#: Milliseconds in which changes are gathered into one event: an editor's save is several.
DEBOUNCE = 30
#: Seconds between two signs of life.
HEARTBEAT = 15.0
#: Pages that may listen at the same time.
MOST = 200


class Changes:
    """Watches a newsroom's folder, without what the program itself writes there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = 0
        self._listeners: set[asyncio.Event] = set()
        self._watching: asyncio.Task[None] | None = None

    def stream(self, request: Request) -> Response:
        """Return the events as an answer."""
        if len(self._listeners) >= MOST:
            return PlainTextResponse("Too many pages are open.", status_code=503)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self.events(request), media_type="text/event-stream", headers=headers)

    async def events(self, request: Request) -> AsyncIterator[str]:
        """Yield an event for each change, and a comment now and then so that the connection lives."""
        changed = asyncio.Event()
        self._listeners.add(changed)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        try:
            yield "retry: 1000\n\n"
            while not await request.is_disconnected():
                try:
                    await asyncio.wait_for(changed.wait(), HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                else:
                    changed.clear()
                    yield f"id: {self._number}\nevent: changed\ndata: {self._number}\n\n"
        finally:
            self._listeners.discard(changed)
            if not self._listeners:
                self._watching.cancel()

    async def _watch(self) -> None:
        watched = awatch(self.folder, watch_filter=_Sources(self.folder), debounce=DEBOUNCE, step=10)
        async for _ in watched:
            self._number += 1
            for listener in self._listeners:
                listener.set()


class _Sources(DefaultFilter):
    """Lets through what an edition is made of: stories, templates, schedule, subscribers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(ignore_paths=[folder / "state", folder / "build", folder / ".venv"])
