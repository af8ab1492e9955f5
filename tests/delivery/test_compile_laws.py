"""Laws of the message compiler: a slot may stand anywhere, with any value, among any words.

Python's `email` reads back exactly what was meant; lines fit; nothing is injected; and the
standard library's generator has no part in it.
"""

import email
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from hypothesis import example, given, settings
from hypothesis import strategies as st

from delivery.mails import compiled, reader, slot
from delivery.nasty import VALUES
from delivery.test_compile import assert_fit_for_the_wire, parsed, part
from digest.delivery.dkim import Signer
from digest.delivery.keys import load_key, new_key
from digest.model.mail import Encoding, written

NAMES = ("one", "two", "name")
Piece = str | tuple[str, Encoding]

ANYTHING = st.one_of(
    st.sampled_from([*VALUES.values(), "\0", ".\r\n", "\r", "\n", "=", "=\r\n", "From ", "-" * 80]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.text(st.sampled_from("=. \r\nFrom-é漢😀<&\"'"), max_size=200),
)
SLOTS = st.tuples(st.sampled_from(NAMES), st.sampled_from(Encoding))
PIECES = st.lists(st.one_of(ANYTHING, SLOTS), max_size=8).filter(any)  # no words, no part
READERS = st.fixed_dictionaries(dict.fromkeys(NAMES, ANYTHING))


def as_authored(pieces: Sequence[Piece]) -> str:
    return "".join(piece if isinstance(piece, str) else slot(*piece) for piece in pieces)


def as_read(pieces: Sequence[Piece], values: dict[str, str], *, html: bool) -> str:
    """Return what a reader reads: authors' line ends are made regular, values are left alone.

    A literal is what stands between two slots, so that neighbours in `pieces` are one.
    """
    out, literal = [], ""
    for piece in [*pieces, ("", Encoding.TEXT)]:
        if isinstance(piece, str):
            literal += piece
            continue
        last = piece[0] == ""
        if last and not as_authored(pieces).endswith("\n"):
            literal += "\n"
        out.append(literal.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n"))
        literal = ""
        if not last:
            out.append(written(values[piece[0]], piece[1], html=html))
    return "".join(out)


@given(pieces=PIECES, values=READERS)
@example(pieces=[("one", Encoding.TEXT), ".", ("two", Encoding.TEXT)], values={"one": "", "two": "."})
@example(pieces=["a" * 75, ("one", Encoding.TEXT), "\n"], values={"one": "." * 76})
@settings(max_examples=300, deadline=None)
def test_slots_anywhere_among_any_words_are_read_back_exactly(
    pieces: list[Piece], values: dict[str, str]
) -> None:
    words = as_authored(pieces)

    wire = compiled(text=words, html=words).wire(reader(name="", values=values))

    assert_fit_for_the_wire(wire)
    message = parsed(wire)
    assert part(message, "plain") == as_read(pieces, values, html=False)
    assert part(message, "html") == as_read(pieces, values, html=True)
    assert len(list(message.iter_parts())) == 2


@given(pieces=PIECES, values=READERS)
@settings(max_examples=150, deadline=None)
def test_slots_anywhere_in_the_subject_add_nothing_but_their_words(
    pieces: list[Piece], values: dict[str, str]
) -> None:
    plain = [
        piece if not isinstance(piece, str) else piece.replace("\r", "").replace("\n", "") for piece in pieces
    ]
    plain = [piece if not isinstance(piece, str) else piece.replace("\0", "") for piece in plain]

    wire = compiled(subject="S" + as_authored(plain)).wire(reader(name="", values=values))

    assert_fit_for_the_wire(wire)
    message, quiet = parsed(wire), parsed(compiled().wire(reader(name="")))
    assert sorted(message.keys()) == sorted(quiet.keys())
    assert part(message, "plain") == part(quiet, "plain")


@given(value=ANYTHING)
@settings(max_examples=100, deadline=None)
def test_a_header_is_folded_and_only_a_link_is_longer_than_a_line(value: str) -> None:
    wire = compiled(subject=f"{slot('one')} {slot('one')}").wire(reader(name=value, values={"one": value}))

    head = wire.partition(b"\r\n\r\n")[0]
    long = [line for line in head.split(b"\r\n") if len(line) > 78]
    assert all(line.startswith((b"List-Unsubscribe: <", b" <")) for line in long)


def test_the_standard_librarys_email_package_has_no_part_in_filling_and_signing() -> None:
    called: set[str] = set()
    folder = str(Path(email.__file__).parent)
    mail = compiled(subject=f"{slot('one')}", text=f"{slot('one')}\n", html=f"<p>{slot('one')}</p>\n")
    signer = Signer([load_key("harbourpost.example", "e2026", new_key("ed25519"))])
    readers = [reader(name=value, values={"one": value}) for value in VALUES.values()]

    def note(frame: FrameType, event: str, argument: object) -> None:
        called.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        for each in readers:
            signer.signed(mail.wire(each))
    finally:
        sys.setprofile(None)

    assert any(name.endswith("delivery/compile.py") for name in called)
    assert [name for name in called if name.startswith(folder)] == []
