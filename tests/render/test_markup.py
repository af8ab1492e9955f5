"""Tags are read with their places, and values are written as the compiler copies them."""

import html

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.render.markup import ascii_value, depth, place, tags, text_value


def test_tags_outside_comments_are_found_with_their_attributes() -> None:
    text = "<!-- <b> --><A HREF='/x?a>b' class=\"one\">go</A><br>"

    found = list(tags(text))

    assert [(tag.name, tag.closing, tag.empty) for tag in found] == [
        ("a", False, False), ("a", True, False), ("br", False, True),
    ]  # fmt: skip
    assert found[0].attributes == {"href": "/x?a>b", "class": "one"}


def test_of_two_attributes_with_one_name_the_first_counts() -> None:
    (tag,) = tags('<p class="a" CLASS="b">')

    assert tag.attributes == {"class": "a"}


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60))
@settings(deadline=None, max_examples=200)
def test_a_value_comes_back_from_ascii_as_it_was_but_for_white_space(value: str) -> None:
    written = ascii_value(html.escape(value))

    assert all(" " <= character <= "~" for character in written)
    assert not set('"\\<>') & set(written)
    assert text_value(written).split() == value.split()


def test_a_place_is_told_by_line_and_column() -> None:
    assert place("ab\ncd", 0) == (1, 1)
    assert place("ab\ncd", 3) == (2, 1)
    assert place("ab\ncd", 4) == (2, 2)


def test_depth_is_counted_no_further_than_asked() -> None:
    assert depth("<b><i>x</i></b>", 10) == 2
    assert depth("<b>" * 5000, 24) == 24


def test_an_attribute_that_never_ends_is_no_tag() -> None:
    assert list(tags("<a " + "x='" * 20_001)) == []
