from digest.model.errors import Problem
from digest.settings.messages import closest, did_you_mean, in_order, listed, shown


def problem(line: int = 3, column: int = 5, excerpt: str = "    x: 1", level: str = "error") -> Problem:
    return Problem(path="schedule.yaml", line=line, column=column, message="no", excerpt=excerpt, level=level)


def test_a_problem_is_shown_as_compilers_do() -> None:
    assert shown(problem()) == "schedule.yaml:3:5: error: no\n    3 |     x: 1\n      |     ^"


def test_tabs_before_the_caret_stay_tabs_so_that_it_stands_right() -> None:
    assert shown(problem(column=3, excerpt="\tax")).splitlines()[-1] == "      | \t ^"


def test_a_problem_without_a_place_is_one_line() -> None:
    assert shown(problem(line=0, column=0, excerpt="")) == "schedule.yaml: error: no"
    assert shown(problem(column=0)) == "schedule.yaml:3: error: no\n    3 |     x: 1"


def test_problems_come_in_the_order_of_lines_and_once() -> None:
    late, early = problem(line=9), problem(line=2, column=7)

    assert in_order([late, early, late]) == (early, late)


def test_case_accents_and_hyphens_do_not_hide_what_was_meant() -> None:
    known = ["no_older_than", "timezone", "Europe/Zürich"]

    assert closest("No-Older-Than", known) == "no_older_than"
    assert closest("time zone", known) == "timezone"
    assert closest("europe/zurich", known) == "Europe/Zürich"
    assert closest("weather", known) is None
    assert did_you_mean("tmezone", known) == '; did you mean "timezone"?'
    assert did_you_mean("weather", known) == ""


def test_words_are_listed_as_in_a_sentence() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b or c"
    assert listed(["a", "b"], "and") == "a and b"
