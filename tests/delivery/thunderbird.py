"""Thunderbird's own eyes on a mail: Debian's program without a window, asked by its remote control.

The mails go into a local folder of a fresh profile; its mail library and its HTML parser say what
they read. The profile's proxy leads nowhere, so the program talks to nobody.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from delivery.nasty import Seen, regular
from needs import require

#: Seconds to start and to answer; far more than it takes.
_PATIENCE = 120

_PREFERENCES = {
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.spotlight.firstRunDone": True,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}

_READ = """
const [mails, done] = arguments;
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const { MsgHdrToMimeMessage } = ChromeUtils.importESModule("resource:///modules/gloda/MimeMessage.sys.mjs");
const local = folder => folder.QueryInterface(Ci.nsIMsgLocalMailFolder);

function bodies(part, found = {}) {
  if (part.body !== undefined) found[part.contentType] = part.body;
  for (const each of part.parts || []) bodies(each, found);
  return found;
}

function seen(folder, mail) {
  const header = local(folder).addMessage(mail);
  return new Promise(resolve => MsgHdrToMimeMessage(header, null, (_, mime) => {
    const parts = bodies(mime);
    const page = new DOMParser().parseFromString(parts["text/html"], "text/html");
    const to = MailServices.headerParser.parseEncodedHeader(header.recipients, "UTF-8");
    resolve({
      subject: header.mime2DecodedSubject,
      name: to.map(each => each.name).join("|"),
      address: to.map(each => each.email).join("|"),
      unsubscribe: mime.get("list-unsubscribe"),
      text: parts["text/plain"],
      title: page.querySelector("p").title,
      shown: page.querySelector("p").textContent,
      query: new URL(page.querySelector("a").href).searchParams.get("q"),
    });
  }, true, { partsOnDemand: false }));
}

(async () => {
  try {
    MailServices.accounts.createLocalMailAccount();
  } catch (error) {
    // it is there already
  }
  const folder = local(MailServices.accounts.localFoldersServer.rootFolder).createLocalSubfolder("read");
  const all = [];
  for (const mail of mails) all.push(await seen(folder, mail));
  done(all);
})().catch(error => done(String(error)));
"""


def read_by_thunderbird(mails: Sequence[bytes]) -> list[Seen]:
    """Return what Thunderbird reads of each mail."""
    with _remote_control() as ask:
        ask("WebDriver:NewSession", capabilities={})
        ask("Marionette:SetContext", value="chrome")
        ask("WebDriver:SetTimeouts", script=_PATIENCE * 1000)
        arguments = [[wire.decode("ascii") for wire in mails]]
        told = ask("WebDriver:ExecuteAsyncScript", script=_READ, args=arguments)["value"]
        assert isinstance(told, list), told
    return [
        Seen(**each | {name: regular(each[name]) for name in ("text", "title", "shown")}) for each in told
    ]


@contextmanager
def _remote_control() -> Iterator[Any]:
    """Give a function that sends a command to a Thunderbird that runs meanwhile."""
    program = require("thunderbird")
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="digest-thunderbird-"))
    wanted = _PREFERENCES | {"marionette.port": port}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in wanted.items()]
    (folder / "user.js").write_text("\n".join(lines))
    command = [program, "--headless", "--marionette", "--remote-allow-system-access", "--no-remote"]
    running = subprocess.Popen(
        [*command, "--profile", folder], env=os.environ | {"HOME": str(folder)},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with _connected(running, port) as sock:
            yield _speaker(sock)
    finally:
        running.terminate()
        running.wait(_PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def _connected(running: subprocess.Popen[bytes], port: int) -> socket.socket:
    until = time.monotonic() + _PATIENCE
    while True:
        assert running.poll() is None, f"Thunderbird ended: {running.returncode}"
        assert time.monotonic() < until, "Thunderbird does not listen"
        try:
            return socket.create_connection(("127.0.0.1", port), _PATIENCE)
        except OSError:
            time.sleep(0.05)


def _speaker(sock: socket.socket) -> Any:
    """Return a function that speaks Marionette: `LENGTH:[0, number, command, parameters]`."""
    stream = sock.makefile("rb")

    def heard() -> Any:
        size = b""
        while (byte := stream.read(1)) != b":":
            assert byte, "Thunderbird hung up"
            size += byte
        return json.loads(stream.read(int(size)))

    heard()  # the greeting
    number = 0

    def ask(command: str, **parameters: object) -> Any:
        nonlocal number
        number += 1
        said = json.dumps([0, number, command, parameters]).encode()
        sock.sendall(b"%d:%b" % (len(said), said))
        _, _, error, result = heard()
        assert error is None, error
        return result

    return ask
