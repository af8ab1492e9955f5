import pytest

from digest.sources.ending import Ending, is_end_line, is_sign_off, may_be_sign_off, take_ending


@pytest.mark.parametrize(
    ("paragraph", "text", "sign_off"),
    [
        ("It sails on./.", "It sails on.", ""),
        ("It sails on/.", "It sails on.", ""),
        ("It sails on./", "It sails on.", ""),
        ("“It sails on.”/.", "“It sails on.”", ""),
        ("Does it sail on?/.", "Does it sail on?", ""),
        ("It sails on./. NPA", "It sails on.", "NPA"),
        ("It sails on./. (VNA)", "It sails on.", "VNA"),
        ("船还在航行。/.", "船还在航行。", ""),
        ("船还在航行/.", "船还在航行。", ""),
        ("船还在航行。（完）", "船还在航行。", ""),
        ("It sails on. (END)", "It sails on.", ""),
        ("It sails on. Enditem", "It sails on.", ""),
    ],
)
def test_an_end_mark_becomes_a_full_stop(paragraph: str, text: str, sign_off: str) -> None:
    assert take_ending(paragraph) == Ending(text=text, marked=True, sign_off=sign_off)


@pytest.mark.parametrize(
    ("paragraph", "sign_off"),
    [("It sails on. (AFP)", "AFP"), ("It sails on. - Reuters", "Reuters"), ("It sails on. (Reedwire)",
    "Reedwire"),
     ("It sails on. (Reporting by Ann Lee)", "Reporting by Ann Lee")],
)  # fmt: skip
def test_a_signature_on_the_last_line_is_taken_off(paragraph: str, sign_off: str) -> None:
    assert take_ending(paragraph, agency="Reedwire") == Ending(text="It sails on.", sign_off=sign_off)


@pytest.mark.parametrize(
    "paragraph",
    ["It sails on.", "It sails on. (It did.)", "See https://npa.example/a/b", "It costs 1/2.", "and/or"],
)
def test_an_ordinary_end_is_left_alone(paragraph: str) -> None:
    assert take_ending(paragraph) == Ending(text=paragraph)


def test_signatures_are_known_agencies_the_dateline_s_or_all_capitals() -> None:
    assert is_sign_off("AFP")
    assert is_sign_off("(TTXVN/Vietnam+)")
    assert is_sign_off("Reedwire", agency="REEDWIRE")
    assert is_sign_off("NPA/.")
    assert not is_sign_off("Reedwire")
    assert not is_sign_off("It sails on.")
    assert may_be_sign_off("Ann Lee")


@pytest.mark.parametrize("line", ["###", "# # #", "-30-", "(END)", "（完）", "Hết"])
def test_lines_that_only_end_the_copy(line: str) -> None:
    assert is_end_line(line)
    assert not is_end_line(f"{line} of it")
