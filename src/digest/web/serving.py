"""Run the web application in a thread of its own, on the port asked for or the next free one."""

import errno
import socket
import threading
from collections.abc import Callable, Sequence
from types import TracebackType

import uvicorn
from starlette.applications import Starlette

from digest.model.errors import AskedWrongly
from digest.web.app import build_app
from digest.wiring import House

#: Ports that are tried after the one asked for.
TRIES = 20


class Server:
    """A context manager that serves one newsroom's pages.

    The port is bound at once, so that `address` is true before anything is rendered.
    """

    def __init__(
        self, house: House, *, host: str = "127.0.0.1", port: int, desk_hosts: Sequence[str] = ()
    ) -> None:
        self._host, self._desk_hosts = host, tuple(desk_hosts)
        self._socket = _bound(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._house = house
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._hang_up: Callable[[], None] = lambda: None  #: ends the streams of pages that stay open

    @property
    def address(self) -> str:
        """Return where it answers, without a slash at the end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    def __enter__(self) -> "Server":
        app = build_app(self._house, host=self._host, desk_hosts=self._desk_hosts)
        assert isinstance(app.app, Starlette)
        self._hang_up = app.app.state.wire.close
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, timeout_graceful_shutdown=3, server_header=False
        )
        server = self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=lambda: server.run(sockets=[self._socket]), name="web", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
        self._socket.close()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for attempt in [*range(port, port + TRIES), 0] if port else [0]:
        try:
            return socket.create_server((host, attempt), family=family)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise AskedWrongly(f"{host}: cannot listen there: {error.strerror}") from error
    raise AskedWrongly(f"{host}: no port is free")
