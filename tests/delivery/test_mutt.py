"""A mail opens right in a real mail program: mutt, from Debian."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.delivery.compile import compile_mail
from digest.delivery.maildir import MaildirTransport
from digest.model.delivery import Outgoing
from digest.model.mail import Addressed, Letterhead, Rendering, token
from needs import require

NONCE = "n0123456789abcdef"
TEXT = "Chào Åsa — 旧渡轮明天再次启航.\n.a line that begins with a dot\nالعبّارة تبحر من جديد\n"


@pytest.mark.peer
def test_mutt_reads_headers_and_text_as_they_were_written(tmp_path: Path) -> None:
    mutt = require("mutt")
    rendering = Rendering(
        subject=f"Điện ảnh & “quotes” for {token(NONCE, 'name')}", preheader="", nonce=NONCE, language="vi",
        html=f"<p>{token(NONCE, 'email')}</p>", text=TEXT + token(NONCE, "unsubscribe_url"),
    )  # fmt: skip
    letterhead = Letterhead(sender="Gazette <brief@gazette.example>", list_id="Post <post.gazette.example>")
    reader = Addressed(
        position=0, email="asa@reader.example", envelope_to="asa@reader.example", name="Åsa Öst",
        mail_from="b+1@gazette.example", message_id="1@gazette.example",
        unsubscribe_url="https://letters.gazette.example/u/" + "t" * 90,
    )  # fmt: skip
    wire = compile_mail(rendering, letterhead, date=datetime(2026, 11, 23, 7, tzinfo=UTC)).wire(reader)
    out = Outgoing(position=0, mail_from="b+1@gazette.example", rcpt_to="asa@reader.example", wire=wire)
    MaildirTransport(tmp_path / "box").start([out])

    seen = shown_by(mutt, tmp_path)

    assert "Subject: Điện ảnh & “quotes” for Åsa Öst" in seen
    assert "To: Åsa Öst <asa@reader.example>" in seen
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in seen
    assert TEXT in seen
    assert reader.unsubscribe_url in seen.partition(TEXT)[2]


def shown_by(mutt: str, folder: Path) -> str:
    """Return the first mail of `folder`/box as mutt decodes it."""
    settings = folder / "muttrc"
    settings.write_text(
        f"set mbox_type=Maildir\nset folder={folder}/box\nset charset=utf-8\nset pipe_decode=yes\n"
        "set wait_key=no\nset quit=yes\nalternative_order text/plain\n",
        encoding="utf-8",
    )
    keys = f'push "<first-entry><pipe-message>cat >{folder}/seen.txt<enter><exit>"'
    command = f"{mutt} -R -n -F {settings} -f {folder}/box -e '{keys}'"
    environment = os.environ | {"TERM": "xterm", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    subprocess.run(
        ["script", "-qec", command, "/dev/null"],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    return (folder / "seen.txt").read_text("utf-8")
