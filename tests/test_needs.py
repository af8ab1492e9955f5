"""A skip says what is missing, and a run that must prove everything can't skip."""

import pytest

from needs import require


def test_what_is_there_is_found_by_its_path() -> None:
    assert require("sh").endswith("/sh")
    assert require("a wheel", present=True) == "a wheel"


def test_what_is_missing_skips_and_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGEST_TEST_REQUIRE", raising=False)

    with pytest.raises(pytest.skip.Exception, match="needs no-such-program, which is not here: apt install"):
        require("no-such-program")


@pytest.mark.parametrize("required", ["all", "postfix, no-such-program"])
def test_a_run_that_must_prove_everything_fails_instead(
    required: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_TEST_REQUIRE", required)

    with pytest.raises(pytest.fail.Exception, match="forbids to skip"):
        require("no-such-program")


def test_what_is_not_required_by_name_may_still_be_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_TEST_REQUIRE", "postfix")

    with pytest.raises(pytest.skip.Exception):
        require("no-such-program", present=False, how="build it")
