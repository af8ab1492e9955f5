"""What a reader's mail program reads is what was meant, and nothing else."""

import email
import email.policy
import html
import re
from email.header import decode_header, make_header
from email.message import EmailMessage
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from delivery.mails import DATE, LETTERHEAD, compiled, reader, rendering, slot
from digest.delivery.compile import compile_mail
from digest.model.errors import AddressWrong, RenderError
from digest.model.mail import Encoding, Letterhead

#: Any value that a reader can have, hostile ones first.
VALUES = st.one_of(
    st.sampled_from(
        [
            ".",
            ".\r\n.\r\nMAIL FROM:<x@y.example>",
            "x\r\nBcc: everyone@evil.example\r\n\r\nboo",
            "\r\n--=_boundary--\r\n",
            "=3D=?utf-8?q?no?=",
            "From the desk",
            "</p><script>alert('1')</script>",
            '"\'><a href="x">',
            " trailing ",
            "\t",
            "\0",
            "",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    st.text(st.sampled_from("=.\r\n <>&\"'\0é漢😀ع a"), max_size=300),
)
#: The same without what no header can hold.
ONE_LINERS = VALUES.filter(lambda text: text.isprintable())


def parsed(wire: bytes) -> EmailMessage:
    return email.message_from_bytes(wire, policy=email.policy.default)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    content = body.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def assert_fit_for_the_wire(wire: bytes) -> None:
    assert wire.endswith(b"\r\n")
    assert b"\r" not in wire.replace(b"\r\n", b"")
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert b"\0" not in wire
    for line in wire.split(b"\r\n"):
        assert not line.startswith(b".")
        assert len(line) <= 998
    body = wire.partition(b"\r\n\r\n")[2]
    assert max(len(line) for line in body.split(b"\r\n")) <= 76
    assert wire.isascii()


@given(value=VALUES)
@example(value="é" * 300)
@settings(max_examples=150, deadline=None)
def test_any_value_in_the_body_is_read_back_exactly(value: str) -> None:
    mail = compiled(
        text=f"{slot('note')}\nDear {slot('note')}{slot('note')}, \n. {slot('note')}",
        html=f'<p title="{slot("note")}">{slot("note")}</p>'
        f'<a href="https://x.example/?q={slot("note", Encoding.URL)}&amp;z=1">x</a>\n',
    )

    wire = mail.wire(reader(values={"note": value}))

    assert_fit_for_the_wire(wire)
    message = parsed(wire)
    assert part(message, "plain") == f"{value}\r\nDear {value}{value}, \r\n. {value}\r\n"
    page = part(message, "html")
    found = re.fullmatch(
        r'<p title="([^"<>]*)">([^"<>]*)</p><a href="https://x\.example/\?q=([^"<>&]*)&amp;z=1">x</a>\r\n',
        page,
    )
    assert found is not None
    assert found[1] == found[2]
    assert html.unescape(found[1]) == value
    assert unquote(found[3]) == value
    assert message["bcc"] is None
    assert len(message.get_all("subject", [])) == 1


@given(value=ONE_LINERS)
@settings(max_examples=100, deadline=None)
def test_any_printable_value_in_the_subject_is_read_back_exactly(value: str) -> None:
    wire = compiled(subject=f"Hej {slot('name')}, your brief").wire(reader(name="", values={"name": value}))

    assert_fit_for_the_wire(wire)
    assert parsed(wire)["subject"] == f"Hej {value}, your brief"


@given(value=VALUES)
@settings(max_examples=100, deadline=None)
def test_no_value_in_a_header_adds_a_header(value: str) -> None:
    mail = compiled(subject=f"{slot('note')} today")
    quiet = parsed(mail.wire(reader(name="", values={"note": ""})))

    wire = mail.wire(reader(name=value, values={"note": value}))

    assert_fit_for_the_wire(wire)
    assert parsed(wire).keys() == quiet.keys()
    assert part(parsed(wire), "plain") == part(quiet, "plain")


@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
@example(name=" ")
@settings(max_examples=100, deadline=None)
def test_any_name_stands_beside_the_address(name: str) -> None:
    wire = compiled().wire(reader(name=name))

    line = re.search(rb"^To: (.*?)\r\n(?! )", wire, re.DOTALL | re.MULTILINE)
    assert line is not None
    phrase, bracket, address = line[1].decode("ascii").rpartition("<")
    assert (bracket + address) == ("<ada@lighthouse.example>" if phrase else "ada@lighthouse.example")
    read = str(make_header(decode_header(phrase.strip()))) if "=?" in phrase else unquoted(phrase.strip())
    assert read == " ".join(re.sub("[\x7f-\x9f\u2028\u2029]", " ", name).split())


def unquoted(phrase: str) -> str:
    return re.sub(r"\\(.)", r"\1", phrase[1:-1]) if phrase.startswith('"') else phrase


@pytest.mark.parametrize(
    "name", ["Ada", "Nguyễn Văn An", "王小明", "عمر", 'Ada "the Light" Sund', "Sund, Ada", "=?x?="]
)
def test_a_name_of_usual_length_is_read_by_the_standard_library(name: str) -> None:
    (address,) = parsed(compiled().wire(reader(name=name)))["to"].addresses

    assert (address.display_name, address.addr_spec) == (name, "ada@lighthouse.example")


def test_one_click_unsubscribe_is_never_an_encoded_word() -> None:
    mail = compile_mail(
        rendering(),
        Letterhead(sender="brief@harbourpost.example", unsubscribe_mailto="leave@harbourpost.example"),
        date=DATE,
    )
    link = "https://news.harbourpost.example/u/" + "x" * 400

    wire = mail.wire(reader(unsubscribe_url=link))

    assert f"\r\nList-Unsubscribe: <{link}>,\r\n <mailto:leave@harbourpost.example>\r\n".encode() in wire
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in wire


def test_an_edition_carries_the_headers_of_a_list() -> None:
    message = parsed(compiled().wire(reader()))

    assert message["from"].addresses[0].display_name == "Harbour Post, Evening Desk"
    assert message["reply-to"] == "desk@harbourpost.example"
    assert message["list-id"] == "The Morning Brief <morning.harbourpost.example>"
    assert message["list-archive"] == "<https://news.harbourpost.example/morning>"
    assert message["list-help"] == "<https://news.harbourpost.example/help>"
    assert message["feedback-id"] == "morning:edition:digest:harbour"
    assert message["precedence"] == "bulk"
    assert message["message-id"] == "<morning.2026-11-23.7f3a@harbourpost.example>"
    assert message["date"] == "Mon, 23 Nov 2026 06:15:00 +0000"
    assert message["auto-submitted"] is None
    assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_letter_is_no_list_mail() -> None:
    head = Letterhead(
        sender="brief@harbourpost.example", bulk=False, auto_submitted=True, list_id="x <x.example>"
    )

    message = parsed(compile_mail(rendering(), head, date=DATE).wire(reader()))

    assert message["auto-submitted"] == "auto-generated"
    assert not [name for name in message if name.lower().startswith(("list-", "precedence"))]


def test_an_address_outside_ascii_gets_a_domain_in_a_labels() -> None:
    wire = compiled().wire(reader(email="ada@fyrtårn.example", envelope_to="ada@xn--fyrtrn-lua.example"))

    assert b"To: Ada Sund <ada@xn--fyrtrn-lua.example>\r\n" in wire


@pytest.mark.parametrize(
    "address", ["a@b.example>\r\nBcc: <c@d.example", "a b@c.example", "nobody", "a@b@c", "a,b@c.example", ""]
)
def test_an_address_that_could_break_out_is_refused(address: str) -> None:
    with pytest.raises(AddressWrong):
        compiled().wire(reader(email=address, envelope_to=address))


@pytest.mark.parametrize(
    "link",
    ["http://x.example/u", "https://x.example/a b", "https://x.example/>\r\nX: y", "https://x.example/é"],
)
def test_a_malformed_link_never_leaves(link: str) -> None:
    with pytest.raises(ValueError, match="List-Unsubscribe"):
        compiled().wire(reader(unsubscribe_url=link))


def test_a_mail_with_a_hole_never_leaves() -> None:
    mail = compiled(text=f"{slot('preferences_url')}\n")

    with pytest.raises(ValueError, match="preferences_url"):
        mail.wire(reader(values={}))


def test_an_attribute_that_a_reader_lacks_is_empty() -> None:
    wire = compiled(text=f"[{slot('club')}]\n").wire(reader(values={}))

    assert part(parsed(wire), "plain") == "[]\r\n"


@pytest.mark.parametrize(
    "head",
    [
        Letterhead(
            sender="Harbour Post\r\nBcc: x@y.example <brief@harbourpost.example>", extra=(("X-A", "b\r\nc"),)
        ),
        Letterhead(sender="no address"),
        Letterhead(sender="a@b.example", extra=(("Bad Name", "x"),)),
        Letterhead(sender="a@b.example", list_id="no identifier <a b>"),
        Letterhead(sender="a@b.example", archive_url="https://x.example/ y"),
    ],
)
def test_a_letterhead_that_cannot_be_written_is_refused(head: Letterhead) -> None:
    with pytest.raises(RenderError):
        compile_mail(rendering(), head, date=DATE)


def test_a_subject_with_a_line_break_is_refused() -> None:
    with pytest.raises(RenderError, match="line break"):
        compiled(subject="Morning\r\nBcc: x@y.example")


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400))
@settings(max_examples=100, deadline=None)
def test_authors_text_is_read_back_with_its_line_ends_made_regular(text: str) -> None:
    wire = compiled(text=text, html=text).wire(reader())

    assert_fit_for_the_wire(wire)
    regular = text if text.endswith("\n") else text + "\n"
    regular = regular.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    assert part(parsed(wire), "plain") == part(parsed(wire), "html") == regular


def test_the_file_is_the_message_as_sent() -> None:
    mail = compiled(text=f".\n..\n{slot('greeting')}\n")

    assert mail.message(reader()) == mail.wire(reader())


def test_the_head_of_the_mail_is_the_letterhead_of_the_newsroom() -> None:
    assert compiled().letterhead is LETTERHEAD


def test_words_without_html_are_a_mail_of_one_part_with_the_same_text() -> None:
    text = f"Good morning, {slot('name')}\n\n{slot('unsubscribe_url')}\n"
    both = parsed(compiled(text=text, html="<p>Hej</p>\n").message(reader()))
    wire = compiled(text=text, html="").message(reader())

    assert_fit_for_the_wire(wire)
    alone = parsed(wire)
    assert alone.get_content_type() == "text/plain"
    assert part(alone, "plain") == part(both, "plain")
    assert alone["List-Unsubscribe-Post"] == both["List-Unsubscribe-Post"]
