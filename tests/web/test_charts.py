"""Charts are drawings with the same numbers in a table behind them; names in them stay words."""

from xml.etree import ElementTree

from digest.web.charts import Bar, Part, bar, bars, columns, table


def widths(drawing: str) -> list[float]:
    tree = ElementTree.fromstring(drawing)
    return [float(each.attrib["width"]) for each in tree.iter("rect")]


def test_a_bar_is_as_long_as_its_part_of_the_whole() -> None:
    row = Bar(name="readers", parts=(Part(kind="sent", value=300), Part(kind="refused", value=100)))

    assert widths(bar(row, title="progress", of=800)) == [225, 75]


def test_the_longest_of_several_bars_is_as_wide_as_the_drawing() -> None:
    rows = [Bar(name=name, parts=(Part(kind="sent", value=n),)) for name, n in (("a", 10), ("b", 5))]

    assert widths(bars(rows, title="compared")) == [600, 300]


def test_columns_stand_side_by_side_and_the_highest_fills_the_height() -> None:
    tree = ElementTree.fromstring(columns([("07:00", 4), ("07:01", 8), ("07:02", 0)], title="over time"))

    heights = [float(each.attrib["height"]) for each in tree.iter("rect")]
    assert heights == [60, 120, 0]


def test_nothing_to_draw_is_an_empty_drawing() -> None:
    assert widths(columns([], title="nothing")) == []
    assert widths(bar(Bar(name="x", parts=()), title="nothing")) == []


def test_names_are_words_and_never_markup() -> None:
    evil = '"><script>alert(1)</script>'
    drawn = bars([Bar(name=evil, parts=(Part(kind="sent", value=1),))], title=evil)

    assert "<script>" not in drawn + columns([(evil, 1)], title=evil) + table([evil], [[evil]], caption=evil)


def test_numbers_in_tables_have_separators_and_the_first_cell_names_the_row() -> None:
    html = table(["Day", "Readers"], [["Mon", 2400]], caption="Editions")

    assert '<th scope="row">Mon</th><td class="number">2,400</td>' in html
