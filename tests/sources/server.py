"""A web server on the loopback address that answers as a test tells it to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


@dataclass
class Answer:
    """What to send; a body may be a series of pieces."""

    status: int = 200
    body: bytes | Callable[[], Iterator[bytes]] = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Web:
    """A running server, what it answers by path, and what it was asked."""

    address: str
    answers: dict[str, Answer | Callable[[dict[str, str]], Answer]]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    closing: Event = field(default_factory=Event)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://{self.address}{path}"

    def paths(self) -> list[str]:
        """Return what was asked for, in order."""
        return [path for path, _ in self.asked]


@contextmanager
def web(**answers: Answer | Callable[[dict[str, str]], Answer]) -> Iterator[Web]:
    """Serve answers by name: `feed=` stands for `/feed`; anything else is 404."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            served.asked.append((self.path, headers))
            found = served.answers.get(self.path.partition("?")[0], Answer(status=404))
            self._send(found(headers) if callable(found) else found)

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Connection", "close")
            if isinstance(answer.body, bytes):
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.close_connection = True
            with suppress(OSError):  # the client may hang up in the middle
                for piece in [answer.body] if isinstance(answer.body, bytes) else answer.body():
                    self.wfile.write(piece)
                    self.wfile.flush()

        def log_message(self, *_: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            return

    with Server(("127.0.0.1", 0), Handler) as server:
        served = Web(
            f"127.0.0.1:{server.server_port}", {f"/{name}": answer for name, answer in answers.items()}
        )
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield served
        finally:
            served.closing.set()
            server.shutdown()
