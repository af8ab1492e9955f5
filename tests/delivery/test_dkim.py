"""Signatures hold in the eyes of two independent verifiers, and break when anything is touched."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.dkimpy import DKIM, ValidationError
from delivery.mails import compiled, reader, slot
from digest.delivery.dkim import OVERSIGNED, DkimKey, Signer
from digest.delivery.keys import load_key, new_key, public_record, zone_line
from digest.model.errors import RelayUnusable
from needs import require

KEYS = {
    "rsa": load_key("harbourpost.example", "r2026", new_key("rsa")),
    "ed25519": load_key("harbourpost.example", "e2026", new_key("ed25519")),
}
BOTH = Signer(list(KEYS.values()))


def dns(name: bytes, timeout: int = 5) -> bytes:
    selector = name.decode().split(".")[0]
    (key,) = (key for key in KEYS.values() if key.selector == selector)
    return public_record(key).encode()


def holds(message: bytes, *, signatures: int) -> bool:
    verifier = DKIM(message)
    try:
        return all(verifier.verify(idx=number, dnsfunc=dns) for number in range(signatures))
    except ValidationError:
        return False


@pytest.mark.parametrize(
    "keys", [[KEYS["rsa"]], [KEYS["ed25519"]], [*KEYS.values()]], ids=["rsa", "ed25519", "both"]
)
def test_dkimpy_accepts_a_signed_edition(keys: list[DkimKey]) -> None:
    wire = compiled(subject=f"Hej {slot('name')}").wire(reader(name="Nguyễn Văn An"))

    signed = Signer(keys).signed(wire, at=datetime(2026, 11, 23, 6, 15, tzinfo=UTC))

    assert holds(signed, signatures=len(keys))
    assert signed.endswith(wire)
    assert signed.count(b" t=1795414500;") == len(keys)
    assert max(len(line) for line in signed.partition(b"\r\nTo:")[0].split(b"\r\n")) <= 100


@given(name=st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
@settings(max_examples=40, deadline=None)
def test_a_signature_holds_whatever_a_reader_is_called(name: str) -> None:
    wire = compiled(subject=f"Hej {slot('name')}", text=f"{slot('name')}\n").wire(reader(name=name))

    assert holds(BOTH.signed(wire), signatures=2)


@pytest.mark.parametrize("senders", [1, 2, 99])
@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_many_messages_are_signed_at_once_in_their_order(count: int, senders: int) -> None:
    when = datetime(2026, 11, 23, 6, 15, tzinfo=UTC)
    wires = [compiled().wire(reader(message_id=f"m{number}@x.example")) for number in range(count)]

    signed = BOTH.signed_all(wires, at=when, senders=senders)

    assert signed == [BOTH.signed(wire, at=when) for wire in wires]


def test_both_unsubscribe_headers_are_covered_and_a_second_from_is_ruled_out() -> None:
    signed = Signer([KEYS["ed25519"]]).signed(compiled().wire(reader()))

    listed = re.search(rb" h=(.*?);", signed, re.DOTALL)
    assert listed is not None
    names = [name.strip() for name in listed[1].split(b":")]
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"message-id", b"feedback-id"} <= set(names)
    assert all(names.count(name) == 2 for name in OVERSIGNED)


@pytest.mark.parametrize(
    ("what", "changed"),
    [
        (b"List-Unsubscribe: <https://news", b"List-Unsubscribe: <https://evil"),
        (b"One-Click\r\n", b"One-Clack\r\n"),
        (b"From: ", b"From: evil@evil.example\r\nFrom: "),
        (b"Good morning", b"Good evening"),
        (b"To: Ada", b"Reply-To: evil@evil.example\r\nTo: Ada"),
    ],
)
def test_a_signature_breaks_when_something_is_changed(what: bytes, changed: bytes) -> None:
    signed = BOTH.signed(compiled().wire(reader()))
    assert holds(signed, signatures=2)

    touched = signed.replace(what, changed, 1)

    assert touched != signed
    assert not holds(touched, signatures=1)


def test_a_signature_survives_refolded_headers() -> None:
    signed = BOTH.signed(compiled().wire(reader()))

    assert holds(signed.replace(b"Message-ID: <", b"message-id:\r\n\t  <", 1), signatures=2)


def test_readers_of_one_edition_do_not_mix() -> None:
    mail, signer = compiled(), Signer([KEYS["ed25519"]])

    for number in range(40):
        signed = signer.signed(
            mail.wire(reader(email=f"r{number}@lighthouse.example", message_id=f"m{number}@x.example"))
        )
        assert holds(signed, signatures=1)


def test_a_repeated_header_is_signed_from_the_last_one_up() -> None:
    wire = compiled().wire(reader()).replace(b"Precedence: bulk", b"Precedence: bulk\r\nPrecedence: list", 1)
    signer = Signer([KEYS["ed25519"]])

    assert holds(signer.signed(wire), signatures=1)
    assert holds(signer.signed(compiled().wire(reader())), signatures=1)


@pytest.mark.peer
def test_perls_mail_dkim_accepts_it(tmp_path: Path) -> None:
    perl = require("perl")
    tried = subprocess.run([perl, "-MMail::DKIM", "-e", "1"], capture_output=True, check=False)
    require("Mail::DKIM", present=tried.returncode == 0, how="apt install libmail-dkim-perl")
    (tmp_path / "mail").write_bytes(Signer([KEYS["rsa"]]).signed(compiled().wire(reader())))
    (tmp_path / "record").write_text(public_record(KEYS["rsa"]))

    result = subprocess.run(
        [perl, "-e", PERL, tmp_path / "mail", tmp_path / "record"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.splitlines() == ["r2026._domainkey.harbourpost.example pass"]


PERL = r"""
use Mail::DKIM::Verifier; use Mail::DKIM::PublicKey;
my ($mail, $record) = @ARGV;
open(my $r, '<', $record); my $text = do { local $/; <$r> };
my $asked;
no warnings 'redefine';
*Mail::DKIM::PublicKey::fetch_async = sub {
    my ($class, %prms) = @_;
    $asked = "$prms{Selector}._domainkey.$prms{Domain}";
    my $key = Mail::DKIM::PublicKey->parse($text);
    my $on = $prms{Callbacks}->{Success};
    return $on ? sub { $on->($key) } : sub { $key };
};
my $v = Mail::DKIM::Verifier->new();
open(my $m, '<:raw', $mail);
while (<$m>) { s/\r?\n$//; $v->PRINT("$_\015\012"); }
$v->CLOSE;
print "$asked ", $v->result, "\n";
"""


def test_a_record_fits_into_the_dns() -> None:
    line = zone_line(KEYS["rsa"])

    strings = re.findall(r'"([^"]*)"', line)
    assert line.startswith("r2026._domainkey.harbourpost.example. IN TXT ( ")
    assert "".join(strings) == public_record(KEYS["rsa"])
    assert [len(text) for text in strings[:-1]] == [255]
    assert public_record(KEYS["ed25519"]).startswith("v=DKIM1; k=ed25519; p=")


@pytest.mark.parametrize(
    ("selector", "pem"),
    [("a b", new_key("ed25519")), ("ok", b"nonsense"), ("ok", b""), ("x" * 250, new_key("ed25519"))],
)
def test_an_unusable_key_is_named_and_not_shown(selector: str, pem: bytes) -> None:
    with pytest.raises(RelayUnusable, match=r"dkim: .*harbourpost\.example"):
        load_key("harbourpost.example", selector, pem)


def test_a_private_key_is_never_printed() -> None:
    assert "private" not in repr(KEYS["rsa"]).lower().replace("privatekey", "")


def test_there_are_two_algorithms() -> None:
    with pytest.raises(ValueError, match="rsa or ed25519"):
        new_key("dsa")
