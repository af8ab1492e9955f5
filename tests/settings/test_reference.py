import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from digest.settings.digest_keys import ScheduleKeys
from digest.settings.document import read_document
from digest.settings.form import SCHEMA_FILE, json_schema, json_schema_text
from digest.settings.reference import REFERENCE_FILE, schedule_reference, write
from settings.every_key import EVERY_KEY

ROOT = Path(__file__).parents[2]
AGAIN = "run: python -m digest.settings.reference"


def test_the_reference_in_the_documentation_is_the_one_of_the_code() -> None:
    assert (ROOT / REFERENCE_FILE).read_text("utf-8") == schedule_reference(), AGAIN


def test_the_json_schema_beside_the_schedule_is_the_one_of_the_code() -> None:
    assert (ROOT / SCHEMA_FILE).read_text("utf-8") == json_schema_text(), AGAIN


def test_both_are_written_where_they_belong(tmp_path: Path) -> None:
    write(tmp_path)

    assert json.loads((tmp_path / SCHEMA_FILE).read_text("utf-8")) == json_schema()
    assert (tmp_path / REFERENCE_FILE).read_text("utf-8") == schedule_reference()


def blocks(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [schema, *schema["$defs"].values()]


def test_every_key_is_explained_and_every_block_is_strict_but_for_the_owners_keys() -> None:
    schema = json_schema()

    for block in blocks(schema):
        assert block["additionalProperties"] is False
        assert block["patternProperties"] == {"^x_": {}}
        for key, field in block["properties"].items():
            assert field.get("description") or "$ref" in json.dumps(field), key


def test_every_key_is_in_the_reference() -> None:
    reference = schedule_reference()

    for block in blocks(json_schema()):
        for key in block["properties"]:
            assert f"| `{key}` |" in reference


def test_the_schema_knows_every_key_that_is_read() -> None:
    data = read_document(EVERY_KEY, "x").data
    schema = json_schema()

    def walk(value: Any, form: dict[str, Any]) -> None:
        for arm in [form, *form.get("anyOf", ())]:
            form = schema["$defs"][arm["$ref"].rpartition("/")[2]] if "$ref" in arm else form
        for key, inner in value.items() if isinstance(value, dict) else ():
            named = next(iter(form.get("patternProperties", {}).values()), {})
            walk(inner, form["properties"][key] if "properties" in form else named)
        for inner in value if isinstance(value, list) else ():
            walk(inner, form.get("items", {}))

    walk(data, schema)


def test_defaults_in_the_schema_are_read_as_they_are_written() -> None:
    definitions = json_schema()["$defs"]
    said = {
        key: field["default"]
        for key, field in definitions["DefaultsKeys"]["properties"].items()
        if isinstance(field.get("default"), str)
    }
    digest = {"id": "a", "title": "b", "send": "daily at 7.30", **said}

    explicit = ScheduleKeys.model_validate({"version": 1, "newsroom": {"name": "n"}, "digests": [digest]})
    silent = {key: value for key, value in digest.items() if key not in said}
    implicit = ScheduleKeys.model_validate({"version": 1, "newsroom": {"name": "n"}, "digests": [silent]})

    assert len(said) >= 8
    assert explicit.digests[0] == implicit.digests[0]


def test_reading_a_schedule_loads_no_database_no_network_and_no_calendar() -> None:
    heavy = ["sqlalchemy", "sqlmodel", "aiohttp", "holidays", "babel", "lxml", "numpy", "PIL", "cryptography"]
    code = (
        "import sys; from pathlib import Path; from digest.settings.schedule import load_schedule; "
        "import digest.settings.relays; load_schedule(Path('.')); "
        f"print([m for m in {heavy} if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
