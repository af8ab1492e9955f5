import os
import socket
from datetime import timedelta

import pytest

from digest.clock.notify import READY, notify, watchdog


def test_without_a_service_manager_nothing_is_said() -> None:
    assert notify(READY, {}) is False


def test_an_abstract_socket_is_reached() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("")  # Linux picks a free abstract name
        listener.settimeout(30)
        name = "@" + listener.getsockname()[1:].decode()

        said = notify(READY, {"NOTIFY_SOCKET": name})

        assert said
        assert listener.recv(100) == b"READY=1"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, timedelta(seconds=30)),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, timedelta(seconds=30)),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_of_another_process_is_not_ours(
    environment: dict[str, str], expected: timedelta | None
) -> None:
    assert watchdog(environment) == expected
