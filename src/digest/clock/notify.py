"""Tell systemd how the process is (sd_notify(3)); without systemd nothing happens."""

import os
import socket
from collections.abc import Mapping
from datetime import timedelta

READY = "READY=1"
WATCHDOG = "WATCHDOG=1"
STOPPING = "STOPPING=1"


def notify(state: str, environment: Mapping[str, str]) -> bool:
    """Send `state` to the service manager that started us; return whether there is one.

    Raises:
        OSError: `NOTIFY_SOCKET` is set, but nobody listens there.
    """
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # an abstract socket (unix(7))
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.connect(address)
        channel.sendall(state.encode())
    return True


def watchdog(environment: Mapping[str, str]) -> timedelta | None:
    """Return within what time systemd wants to hear from this process, or None (sd_watchdog_enabled(3))."""
    span, process = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not span.isdigit() or int(span) == 0 or (process and process != str(os.getpid())):
        return None
    return timedelta(microseconds=int(span))
