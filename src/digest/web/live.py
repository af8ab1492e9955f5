"""Tell open pages that something has changed: server-sent events from the newsroom's own files."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import StreamingResponse
from watchfiles import DefaultFilter, awatch

#: Milliseconds in which changes are gathered into one event: an editor's save is several.
DEBOUNCE = 30
HEARTBEAT = 15.0


class Changes:
    """Watches a newsroom's folder, without what the program itself writes there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def events(self, request: Request) -> AsyncIterator[str]:
        """Yield an event for each change, and a comment now and then so that the connection lives."""
        yield "retry: 1000\n\n"
        stop = asyncio.Event()
        watching = awatch(
            self.folder,
            watch_filter=_Sources(self.folder),
            debounce=DEBOUNCE,
            step=10,
            stop_event=stop,
            rust_timeout=int(HEARTBEAT * 1000),
            yield_on_timeout=True,
        )
        number = 0
        try:
            async for changes in watching:
                if await request.is_disconnected():
                    return
                if changes:
                    number += 1
                    yield f"id: {number}\nevent: changed\ndata: {len(changes)}\n\n"
                else:
                    yield ": still here\n\n"
        finally:
            stop.set()

    def stream(self, request: Request) -> StreamingResponse:
        """Return the events as an answer."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self.events(request), media_type="text/event-stream", headers=headers)


class _Sources(DefaultFilter):
    """Lets through what an edition is made of: stories, templates, schedule, subscribers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(ignore_paths=[folder / "state", folder / "build", folder / ".venv"])
