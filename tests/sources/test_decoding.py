import pytest

from digest.sources.decoding import decode, wide_encoding

TEXT = "Bến Sậy: thư viện nổi mở cửa"


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-8"]
)
def test_unicode_is_told_with_and_without_its_mark(encoding: str) -> None:
    decoded = decode(("<rss version='2.0'>" + TEXT).encode(encoding))

    assert decoded.text == "<rss version='2.0'>" + TEXT
    assert decoded.sure


@pytest.mark.parametrize(
    ("language", "encoding", "text"),
    [("vi", "cp1258", "Thư"), ("ru", "cp1251", "Паром"), ("", "cp1252", "Café")],
)
def test_old_code_pages_are_tried_by_language_and_doubted(language: str, encoding: str, text: str) -> None:
    decoded = decode(text.encode(encoding), language=language)

    assert (decoded.text, decoded.encoding, decoded.sure) == (text, encoding, False)


def test_a_declared_encoding_is_believed_only_if_it_fits() -> None:
    assert decode("芦湾".encode("gb2312"), declared="gb2312").text == "芦湾"
    assert decode(TEXT.encode(), declared="us-ascii-of-mars").text == TEXT


def test_windows_quotes_in_latin_1_are_quotes() -> None:
    assert decode(b"\x93Sedge\x94", declared="iso-8859-1").text == "“Sedge”"


def test_controls_go_and_line_breaks_stay() -> None:
    assert decode(b"a\x00\x07\x0bb\r\n\tc").text == "ab\r\n\tc"


def test_a_few_broken_bytes_do_not_make_it_another_encoding() -> None:
    decoded = decode(TEXT.encode() * 20 + b"\xc3")

    assert decoded.encoding == "utf-8"
    assert decoded.text.startswith(TEXT)


def test_plain_ascii_is_not_wide() -> None:
    assert wide_encoding(b"<rss>") == ""
