"""The form of `schedule.yaml` as JSON Schema, which gives completion and hover help in editors.

It is made from the same keys that read the file, so it can't promise what the reader refuses.
It is looser than the reader where JSON Schema has no words: a time zone is any text to it.
"""

import json
from typing import Any

from digest.settings.digest_keys import ScheduleKeys

SCHEMA_FILE = "schedule.schema.json"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `schedule.yaml`."""
    schema = ScheduleKeys.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    _also(definitions, "approval", "automatic")
    _also(definitions, "audience", "everyone")
    named = {"type": "string", "title": "a segment's name", "pattern": "^[a-z0-9][a-z0-9-]*$"}
    definitions["DigestKeys"]["properties"]["audience"]["anyOf"].insert(1, named)
    definitions["SourceKeys"]["oneOf"] = [
        {"required": [kind]} for kind in ("feed", "folder", "sitemap", "page")
    ]
    schema["properties"]["version"]["const"] = 1
    digest = definitions["DigestKeys"]["properties"]
    first = {
        key: digest[key] for key in ("id", "title", "language", "send", "timezone", "stories", "sections")
    }
    definitions["DigestKeys"]["properties"] = first | digest
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "schedule.yaml of digest",
        **_tidy(schema),
    }


def json_schema_text() -> str:
    """Return the content of `schedule.schema.json`."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"


def _also(definitions: dict[str, Any], name: str, word: str) -> None:
    """Let the key `name` also be one word, as its reader does."""
    for block in definitions.values():
        field = block.get("properties", {}).get(name)
        if field is not None:
            arms = field.pop("anyOf", None) or [{"$ref": field.pop("$ref")}]
            field["anyOf"] = [{"const": word}, *(arm for arm in arms if arm.get("type") != "null")]


def _tidy(node: Any) -> Any:
    """Return a schema without what only repeats names: titles made from keys, defaults of null."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    arms = node.get("anyOf")
    if isinstance(arms, list) and {"type": "null"} in arms:
        rest = [arm for arm in arms if arm != {"type": "null"}]
        node = {key: value for key, value in node.items() if key != "anyOf"}
        node |= rest[0] if len(rest) == 1 else {"anyOf": rest}
    return {key: _tidy(value) for key, value in node.items() if not (key == "default" and value is None)}
