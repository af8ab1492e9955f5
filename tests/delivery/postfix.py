"""A Postfix of our own: Debian's program with a configuration and a queue in a temporary folder.

It listens on 127.0.0.1 only, looks nothing up, and delivers where a test says: most of it to
`discard`, some domains to servers of the test. Postfix starts as root only, so others skip.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from digest.model.delivery import RelayAddress, RelayKind, TlsMode
from needs import require

#: Far beyond what starting, sending or stopping takes.
_PATIENCE = 120
_STATUS = re.compile(r"postfix/\w+\[\d+\]: (\w+): to=<([^>]*)>.*?\bstatus=(\w+)")

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.example
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_relay_restrictions = permit_mynetworks, reject
disable_dns_lookups = yes
smtp_host_lookup = native
smtp_tls_security_level = none
smtpd_tls_security_level = none
default_transport = discard
transport_maps = inline:{{ {routes} }}
enable_long_queue_ids = yes
maillog_file = /dev/stdout
"""

_MASTER = """\
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
showq unix n - n - - showq
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running Postfix: where it listens, and what it wrote down."""

    port: int
    log: Path

    @property
    def address(self) -> RelayAddress:
        return RelayAddress(
            name="postfix", kind=RelayKind.SMTP, host="127.0.0.1", port=self.port, tls=TlsMode.NONE
        )

    def statuses(self) -> dict[str, str]:
        """Return what became of each message, by queue id."""
        found = _STATUS.findall(self.log.read_text("utf-8", "replace"))
        return {queue_id: status for queue_id, _, status in found}

    def settled(self, count: int) -> dict[str, str]:
        """Return the same, once it is told of at least `count` messages."""
        until = time.monotonic() + _PATIENCE
        while len(found := self.statuses()) < count:
            assert time.monotonic() < until, f"Postfix settled {len(found)} of {count}"
            time.sleep(0.05)
        return found


@contextmanager
def postfix(routes: Mapping[str, int]) -> Iterator[Postfix]:
    """Run Postfix meanwhile; `routes`: domain -> port on 127.0.0.1 that mail for it goes to."""
    program = require("postfix")
    require("root", present=os.geteuid() == 0, how="Postfix starts as root only")
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="digest-postfix-"))
    try:
        folder.chmod(0o755)  # its processes are no longer root when they work in it
        _configure(folder, port, routes)
        log = folder / "log"
        with log.open("wb") as out:
            running = subprocess.Popen(
                [program, "-c", folder, "start-fg"], stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )
            try:
                _wait_until_it_listens(running, port, log)
                yield Postfix(port, log)
            finally:
                subprocess.run([program, "-c", folder, "stop"], check=False, capture_output=True)
                running.wait(_PATIENCE)
    finally:
        shutil.rmtree(folder)


def _configure(folder: Path, port: int, routes: Mapping[str, int]) -> None:
    told = ", ".join(f"{{{domain} = smtp:[127.0.0.1]:{where}}}" for domain, where in routes.items())
    routed = told or "{nowhere.invalid = discard:}"
    (folder / "main.cf").write_text(_MAIN.format(folder=folder, routes=routed))
    (folder / "master.cf").write_text(_MASTER.format(port=f"127.0.0.1:{port}"))
    for name in ("queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")


def _wait_until_it_listens(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        assert running.poll() is None, f"Postfix ended: {log.read_text('utf-8', 'replace')}"
        assert time.monotonic() < until, f"Postfix does not listen: {log.read_text('utf-8', 'replace')}"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
