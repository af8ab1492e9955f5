from datetime import date

import pytest

from digest.settings.document import MAX_VALUES, read_document


def test_values_are_those_of_yaml_1_2() -> None:
    text = "a: off\nb: 07:00\nc: 0123\nd: 1_000\ne: 0x1F\nf: true\ng: 2026-12-24\n"
    text += "h: '5'\ni: 1.5\nj: yes\nk: 1e3\n"

    assert read_document(text, "x").data == {
        "a": "off", "b": "07:00", "c": 123, "d": 1000, "e": 31, "f": True, "g": date(2026, 12, 24), "h": "5",
        "i": 1.5, "j": "yes", "k": 1000.0,
    }  # fmt: skip


def test_what_only_looks_like_a_number_or_a_date_stays_text() -> None:
    assert read_document("a: 2026-13-24\nb: 2026-12-24T07:00:00Z\nc: 08\n", "x").data == {
        "a": "2026-13-24", "b": "2026-12-24T07:00:00Z", "c": 8,
    }  # fmt: skip


def test_empty_keys_and_the_owners_keys_are_left_out() -> None:
    document = read_document("a:\nb: ~\nx_c: {d: 1}\ne: {f: , g: 1}\n", "x")

    assert document.data == {"e": {"g": 1}}
    assert document.problems == ()


def test_places_are_those_of_keys_and_values() -> None:
    document = read_document("a:\n  - b: 'c'\n    d: [1, {e: 2}]\n", "x")

    place = document.places[("a", 0, "b")]
    assert (place.line, place.column, place.key_line, place.key_column, place.quoted) == (2, 8, 2, 5, True)
    assert document.places[("a", 0, "d", 1, "e")].column == 16
    assert document.value(("a", 0, "d", 1, "e")) == 2
    assert document.value(("a", 7)) is None


def test_a_problem_points_into_the_value_behind_its_quotation_mark() -> None:
    document = read_document("a: 'one two'\nb: one two\n", "x")

    assert document.problem(("a",), "no", at=4).column == 9
    assert document.problem(("b",), "no", at=4).column == 8
    assert document.problem(("b",), "no", key=True).column == 1
    assert (document.problem(("b", "c", 3), "no", at=4).column, document.problem((), "no").line) == (4, 1)


def test_a_merged_block_gives_way_to_its_own_keys() -> None:
    text = "one: &one {a: 1, b: 2}\ntwo: {<<: *one, b: 3}\nthree: {<<: [*one, {c: 4, a: 9}]}\n"

    data = read_document(text, "x").data

    assert data["two"] == {"a": 1, "b": 3}
    assert data["three"] == {"a": 1, "b": 2, "c": 4}


def test_aliases_that_multiply_or_go_in_a_circle_are_refused() -> None:
    rows = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    bomb = read_document("\n".join(rows), "x")
    circle = read_document("a: &a\n  b: *a\n", "x")

    assert len(bomb.places) < MAX_VALUES + 1000  # of a thousand million
    assert len(bomb.problems) >= 1
    assert "an alias leads in a circle" in circle.problems[0].message


@pytest.mark.parametrize("text", ["a: !!python/object/apply:os.system [x]", "a: !secret b", "? [a, b]\n: c"])
def test_tags_and_keys_that_are_no_words_are_refused(text: str) -> None:
    assert len(read_document(text, "x").problems) == 1


def test_columns_count_letters_and_not_bytes() -> None:
    document = read_document("[{å: ö, x: y}]", "x")

    assert document.places[(0, "x")].key_column == 9


def test_a_password_in_an_address_is_not_shown() -> None:
    document = read_document("feed: https://ada:tiger7@desk.example/a\n", "x")

    assert document.problem(("feed",), "no").excerpt == "feed: https://ada:***@desk.example/a"
