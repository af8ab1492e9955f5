"""axe-core on a mail, in both palettes, where a browser and axe are installed: what own rules cannot see.

The mail is a stranger's, so nothing in it may run: the page's policy lets the one script with our
nonce run, and nothing load. What it finds comes back in the page, under a name that no mail can know.
"""

import html as markup
import json
import re
import secrets
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from digest.flows.browser import look
from digest.model.errors import OutsideMissing
from digest.model.finding import Finding, Level

#: A Python package that carries the script; `pip install 'digest[browser]'` brings it.
_CARRIER = "axe_playwright_python"
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_BODY_END = re.compile(r"</body>", re.IGNORECASE)
#: Rules that make no sense in a mail, which has one article and no landmarks, and stands in another page.
_OFF = ("region", "landmark-one-main", "bypass")
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_GRAVE = ("critical", "serious")
#: Which palette the browser says that its user prefers.
_PALETTES = (("light", 1), ("dark", 0))
SHOWN = 160  #: characters of an element


def access(html: str) -> Iterator[Finding]:
    """Yield what axe-core finds in `html`; the same fault in both palettes is told once."""
    told: set[tuple[str, str]] = set()
    try:
        script = axe_script()
        for palette, setting in _PALETTES:
            for violation in violations(html, script, setting):
                for node in violation["nodes"]:
                    key = (violation["id"], node["html"])
                    if key not in told:
                        told.add(key)
                        yield _finding(violation, node, palette)
    except OutsideMissing as missing:
        yield Finding(level=Level.NOT_CHECKED, code="axe-not-checked", message=str(missing))


def violations(html: str, script: str, setting: int) -> list[dict[str, Any]]:
    """Return axe's violations in one palette.

    Raises:
        OutsideMissing: there is no browser, or it did not answer.
    """
    mark = f"a{secrets.token_hex(16)}"
    with TemporaryDirectory(prefix="digest-axe-") as folder:
        page = Path(folder) / "mail.html"
        page.write_text(with_axe(html, script, mark), encoding="utf-8")
        palette = f"--blink-settings=preferredColorScheme={setting}"
        printed = look(page, "--dump-dom", "--virtual-time-budget=20000", palette, "--window-size=640,900")
    found = re.search(rf'<pre id="{mark}">(.*?)</pre>', printed.decode("utf-8", "replace"), re.DOTALL)
    if found is None:
        raise OutsideMissing("axe-core", "it did not finish in the browser")
    result: list[dict[str, Any]] = json.loads(markup.unescape(found[1]))
    return result


def with_axe(html: str, script: str, mark: str) -> str:
    """Return `html` with axe in it, under a policy by which nothing else runs or loads."""
    nonce = secrets.token_urlsafe(16)
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'nonce-{nonce}'"
    options = {
        "runOnly": {"type": "tag", "values": _TAGS},
        "rules": {rule: {"enabled": False} for rule in _OFF},
        "resultTypes": ["violations"],
    }
    run = (
        f"axe.run(document, {json.dumps(options)}).then(r => {{ const p = document.createElement('pre');"
        f" p.id = '{mark}'; p.textContent = JSON.stringify(r.violations); document.body.append(p); }});"
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    scripts = f'<script nonce="{nonce}">{script}</script><script nonce="{nonce}">{run}</script>'
    found = _HEAD.search(html)
    html = (
        f"{html[: found.end()]}{head}{html[found.end() :]}"
        if found
        else f"<!DOCTYPE html><html><head>{head}</head>{html}"
    )
    end = list(_BODY_END.finditer(html))
    at = end[-1].start() if end else len(html)
    return html[:at] + scripts + html[at:]


def axe_script() -> str:
    """Return the text of axe-core.

    Raises:
        OutsideMissing: no package that carries it is installed.
    """
    spec = find_spec(_CARRIER)
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / "axe.min.js"
        if path.is_file():
            return path.read_text("utf-8").replace("</script", "<\\/script")
    raise OutsideMissing("axe-core", "it is not installed: pip install 'digest[browser]'")


def _finding(violation: dict[str, Any], node: dict[str, Any], palette: str) -> Finding:
    element = str(node["html"])
    return Finding(
        level=Level.WARNING if violation.get("impact") in _GRAVE else Level.NOTE,
        code="axe-violation",
        message=f"{violation['help']} [{violation['id']}], in the {palette} palette",
        where=" ".join(str(part) for part in node["target"])[:SHOWN],
        part="html",
        element=element[:SHOWN] + ("…" if len(element) > SHOWN else ""),
        mend=" ".join(str(node.get("failureSummary", "")).split())[:400],
    )
