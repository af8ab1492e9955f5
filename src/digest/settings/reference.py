"""The reference of `schedule.yaml`, written from the keys themselves.

`schedule_reference()` is the whole text of `docs/reference/schedule.md`; a test compares the
two, and `python -m digest.settings.reference` writes the file and the JSON Schema again.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digest.settings.form import SCHEMA_FILE, json_schema, json_schema_text

REFERENCE_FILE = "docs/reference/schedule.md"

_INTRO = """\
# schedule.yaml

<!-- Written by `python -m digest.settings.reference` from the keys in the code. Do not edit by hand. -->

One file says what a newsroom publishes. It is read strictly: a key that is not listed here is an error,
with its place and the key that was probably meant. Keys that begin with `x_` are yours, anywhere; nothing reads
them. `digest check` lists everything that is wrong at once, as `file:line:column: error: ...`.

With this first line, editors that speak the YAML language server complete the keys and explain them:

```yaml
# yaml-language-server: $schema=./schedule.schema.json
```

## How values are written

| Kind | Write | Not |
| --- | --- | --- |
| days and times | `weekdays at 07:00`, `mondays and thursdays at 18:00`, `every day at 7.30`, `mon to fri at 7.00 and 17.30` | `hourly` |
| a length of time | `45 minutes`, `2 hours`, `1 hour and 30 minutes`, `7 days`, `2 weeks`; with `before`, `after` or `every` where it fits | months and years, which have no fixed length |
| a count | `4 stories`, `1 editor`, or the number alone | |
| a date | `2026-12-24` | `24/12/2026` |
| a time zone | `Europe/Stockholm`, a name of the IANA database | `CET`, `UTC+1` |
| a language | `en`, `pt-BR`, `zh-Hant` (BCP 47) | `english`, `en_GB` |
| a country | `SE`, or a part of one, `DE-BY` (ISO 3166) | `Sweden` |

### Days and times

`weekdays`, `weekends`, `every day`, names of days (`mon`, `mondays`), several joined by `and` or commas, spans
(`monday to thursday`), days of the month (`the 1st and 15th of the month`), and `the first monday of the month` up
to the fourth. Times are `07:00`, `7.30`, `7 am`, `noon` or `midnight`; several make several editions a day.
Five cron fields do as well, in quotes: `"0 7 * * 1-5"`; as in cron, when both the day of the month
and the day of the week are restricted, either of them is enough.

Times are those of a wall clock in `timezone`. When clocks go forward over a time, the edition is due as much later
(02:30 becomes 03:30); when they go back, the first of the two counts. Each day's edition is made once.

### What is not in this file

Addresses and passwords of relays: `send_through: main` means the relay that `DIGEST_RELAY_MAIN` names in
the environment or in `secrets.env`, such as `smtp://user:password@smtp.example.org:587`; also `smtps://`, `maildir:./outbox`
and `local:`, the built-in inbox.

"""  # noqa: E501 - a row of a table is one line


_HEAD = "| Key | Write | Default | What it means |\n| --- | --- | --- | --- |\n"


def schedule_reference() -> str:
    """Return the reference of `schedule.yaml` in Markdown."""
    return _INTRO + "".join(_blocks(json_schema()))


def _blocks(schema: dict[str, Any]) -> Iterator[str]:
    definitions = schema["$defs"]
    yield _table("The whole file", "All of it, top down.", schema, definitions)
    seen: set[str] = set()
    for path, name in _paths(schema, definitions):
        if name not in seen:
            seen.add(name)
            yield _table(
                f"`{path}`", definitions[name].get("description", ""), definitions[name], definitions
            )


def _paths(schema: dict[str, Any], definitions: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path of every block, such as `digests[].skip`, and the name of its definition."""
    for key, field in schema["properties"].items():
        name = _block_of(field)
        if name is None:
            continue
        many = "[]" if field.get("type") == "array" else ".NAME" if "patternProperties" in field else ""
        path = f"{above}{key}{many}"
        yield path, name
        if name != "DefaultsKeys":  # its blocks are those of a digest
            yield from _paths(definitions[name], definitions, f"{path}.")


def _block_of(field: Any) -> str | None:
    """Return the name of the block of keys that a field holds, or None."""
    if isinstance(field, list):
        return next((name for part in field if (name := _block_of(part))), None)
    if not isinstance(field, dict):
        return None
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    return _block_of([field.get("items"), field.get("anyOf"), *field.get("patternProperties", {}).values()])


def _table(title: str, meaning: str, block: dict[str, Any], definitions: dict[str, Any]) -> str:
    rows = [
        f"| `{key}` | {_form(field)} | {_default(key, field, block)} | {_meaning(field, definitions)} |"
        for key, field in block["properties"].items()
    ]
    head = f"## {title}\n\n{' '.join(meaning.split())}\n\n{_HEAD}"
    return head + "\n".join(rows) + "\n\n"


def _form(field: dict[str, Any]) -> str:
    if "const" in field:
        return f"`{field['const']}`"
    if "anyOf" in field and "title" not in field:
        return " or ".join(_form(arm) for arm in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{word}`" for word in field["enum"])
    if field.get("type") == "array":
        inner = _form(field["items"])
        return "a list of blocks" if inner == "a block" else f"a list: {inner}"
    if field.get("type") == "object":
        return "names, each with a block"
    if field.get("type") == "boolean":
        return "`true` or `false`"
    return "a block" if "$ref" in field else str(field.get("title", field.get("type", "")))


def _default(key: str, field: dict[str, Any], block: dict[str, Any]) -> str:
    if key in block.get("required", ()):
        return "required"
    default = field.get("default")
    if default is None or default in ([], {}):
        return ""
    return f"`{default if isinstance(default, str) else json.dumps(default)}`"


def _meaning(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    said = field.get("description") or definitions.get(_block_of(field) or "", {}).get("description", "")
    examples = [
        f"`{example}`" for example in field.get("examples", ())[:3] if example != field.get("default")
    ]
    tail = f" For example {', '.join(examples)}." if examples else ""
    return " ".join(str(said).split()) + tail


def write(root: Path) -> None:
    """Write the reference and the JSON Schema into the repository at `root`."""
    for name, text in ((REFERENCE_FILE, schedule_reference()), (SCHEMA_FILE, json_schema_text())):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path.cwd())
