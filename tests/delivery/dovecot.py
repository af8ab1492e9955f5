"""Dovecot's own eyes on a mail: its IMAP server over a pipe, and doveadm; no port, no login."""

import imaplib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from email.header import decode_header, make_header
from pathlib import Path

from delivery.nasty import Seen, page, regular
from needs import require

_CONF = """\
mail_location = maildir:{folder}/box
base_dir = {folder}/run
log_path = {folder}/log
ssl = no
first_valid_uid = 1
mail_uid = {user}
default_internal_user = {user}
default_login_user = {user}
"""
#: The rest of IMAP's ENVELOPE from Reply-To on: one mailbox in To, no Cc, no Bcc, no In-Reply-To.
_TO = re.compile(
    rb'\(\(NIL NIL "desk" "harbourpost\.example"\)\) \(\((.*) NIL "ada" "lighthouse\.example"\)\)'
    rb' NIL NIL NIL "<morning\.2026-11-23\.7f3a@harbourpost\.example>"\)',
    re.DOTALL,
)


def read_by_dovecot(mails: Sequence[bytes]) -> list[Seen]:
    """Return what Dovecot reads of each mail: headers decoded by doveadm, parts by IMAP's BINARY."""
    doveadm = require("doveadm", how="apt install dovecot-imapd")
    imap = "/usr/lib/dovecot/imap"
    require("dovecot-imapd", present=os.path.exists(imap))
    root = os.geteuid() == 0  # Dovecot reads no mail as root
    become = "setpriv --reuid nobody --regid nogroup --clear-groups " if root else ""
    folder = Path(tempfile.mkdtemp(prefix="digest-dovecot-"))
    try:
        _fill(folder, mails, "nobody" if root else os.environ.get("USER", str(os.geteuid())))
        if root:
            subprocess.run(["chown", "-R", "nobody", folder], check=True)
        run = f"{become}env USER=nobody HOME={folder}"
        with imaplib.IMAP4_stream(f"{run} {imap} -c {folder}/conf") as client:
            client.select("INBOX")
            told = [_told(client, number) for number in range(1, len(mails) + 1)]
        asked = "hdr.subject.utf8 hdr.list-unsubscribe"
        found = subprocess.run(
            f"{run} {doveadm} -c {folder}/conf -f json fetch '{asked}' all",
            shell=True, capture_output=True, check=True,
        )  # fmt: skip
    finally:
        shutil.rmtree(folder)
    return [
        Seen(
            subject=head["hdr.subject.utf8"],
            name=name,
            address="ada@lighthouse.example",  # or the ENVELOPE had not been recognised
            unsubscribe=head["hdr.list-unsubscribe"],
            text=regular(text),
            **page(html),
        )
        for head, (name, text, html) in zip(json.loads(found.stdout), told, strict=True)
    ]


def _fill(folder: Path, mails: Sequence[bytes], user: str) -> None:
    for name in ("cur", "new", "tmp"):
        (folder / "box" / name).mkdir(parents=True)
    for number, wire in enumerate(mails):
        (folder / "box" / "cur" / f"{number:04}:2,").write_bytes(wire)
    (folder / "conf").write_text(_CONF.format(folder=folder, user=user))


def _told(client: imaplib.IMAP4, number: int) -> tuple[str, str, str]:
    """Return the name in To, the text and the HTML of one mail."""
    _, envelope = client.fetch(str(number), "(ENVELOPE)")
    whole = b"".join(b"".join(each) if isinstance(each, tuple) else each or b"" for each in envelope)
    to = _TO.search(whole)
    assert to is not None, whole
    texts = []
    for part in (1, 2):
        _, told = client.fetch(str(number), f"(BINARY.PEEK[{part}])")
        (content,) = [each[1] for each in told if isinstance(each, tuple)]
        texts.append(content.decode())
    return _string(to[1]), texts[0], texts[1]


def _string(token: bytes) -> str:
    """Return IMAP's string, its encoded words decoded."""
    if token == b"NIL":
        return ""
    raw = re.sub(rb"\\(.)", rb"\1", token[1:-1]) if token[:1] == b'"' else token.partition(b"}")[2]
    return str(make_header(decode_header(raw.decode("ascii"))))
