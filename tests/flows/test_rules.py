"""The table of rules is whole, and the reference says what the rules say."""

import ast
from pathlib import Path

from digest.flows.rules import RULES
from digest.flows.rules_reference import REFERENCE_FILE, checks_reference

ROOT = Path(__file__).parents[2]


def test_the_reference_is_what_the_rules_say() -> None:
    written = (ROOT / REFERENCE_FILE).read_text("utf-8")

    assert written == checks_reference(), "run: python -m digest.flows.rules_reference"


def test_every_code_that_selection_flows_and_layout_find_is_in_the_table() -> None:
    found = set()
    for folder in ("selection", "flows", "render"):
        for path in (ROOT / "src" / "digest" / folder).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Finding":
                    codes = [word.value for word in call.keywords if word.arg == "code"]
                    found |= {str(code.value) for code in codes if isinstance(code, ast.Constant)}

    assert found - set(RULES) == set()
    assert len(found) > 10


def test_every_rule_says_what_it_means_and_how_to_mend_it() -> None:
    for rule in RULES.values():
        assert rule.means.endswith("."), rule.code
        assert rule.mend.endswith((".", "tells.")), rule.code
