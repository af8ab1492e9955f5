"""What our sender is held against: Postfix's load generator, and the two servers that take the mail."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_SOURCE = Path(__file__).parents[1] / "sink" / "fastsink.c"


def found(program: str) -> str | None:
    """Return the path of a program; Debian keeps Postfix's where only root looks."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def fast_sink(folder: Path) -> str | None:
    """Compile our own sink; None where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    subprocess.run([compiler, "-O2", "-o", folder / "fastsink", _SOURCE], check=True)
    return str(folder / "fastsink")


@contextmanager
def listening(command: Sequence[str], port: int, env: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run a server while in use, from when it listens on `port`; PORT in `command` is replaced by it."""
    arguments = [part.replace("PORT", str(port)) for part in command]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, env=env)
    try:
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def smtp_source(port: int, messages: int, connections: int, size: int) -> dict[str, float]:
    """Return messages a second and CPU microseconds a message of Postfix's generator."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [
            str(found("smtp-source")), "-d", "-s", str(connections), "-l", str(size), "-m", str(messages),
            "-f", "a@harbourpost.example", "-t", "b@lighthouse.example", f"127.0.0.1:{port}",
        ]
    )  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit("smtp-source failed")
    seconds = time.perf_counter() - began
    return {
        "per_second": messages / seconds,
        "cpu_us": (used.ru_utime + used.ru_stime) / messages * 1e6,
    }
