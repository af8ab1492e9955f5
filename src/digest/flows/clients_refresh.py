"""Make `caniemail.json` anew from the data of caniemail.com.

    python -m digest.flows.clients_refresh PATH "where it came from"

PATH is the file of the project's API (https://www.caniemail.com/api/data.json, MIT); packages
that carry it, such as `caniemail` of npm, have the same file. The baseline is measured as well:
the features of a document with every component of MJML, and of the bundled templates.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from digest.flows.specimen import specimen
from digest.model.digest import Newsroom
from digest.model.edition import Composition
from digest.model.mail import Rendering
from digest.model.story import Image
from digest.render.clients import DATA
from digest.render.edition import render
from digest.render.lint.features import used
from digest.render.lint.mail import Mail
from digest.render.mjml import to_html
from digest.render.pictures import PlacedPicture
from digest.render.template import load_template

#: Every component of MJML that mail is made of, each once.
COMPONENTS = """\
<mjml lang="en" dir="ltr"><mj-head><mj-title>Baseline</mj-title><mj-style>.a { color:#111111 }</mj-style>
<mj-attributes><mj-all font-family="Arial, sans-serif" /></mj-attributes></mj-head>
<mj-body background-color="#ffffff"><mj-wrapper padding="10px"><mj-section background-color="#ffffff">
<mj-column><mj-text>Words <strong>and</strong> <a href="https://a.example/">a link</a></mj-text>
<mj-image src="https://a.example/a.jpg" alt="A picture" width="300px" border-radius="4px" />
<mj-button href="https://a.example/">A button</mj-button><mj-divider border-width="1px" />
<mj-spacer height="10px" /><mj-table><tr><td>A cell</td></tr></mj-table></mj-column></mj-section>
<mj-section><mj-group><mj-column><mj-text>One</mj-text></mj-column><mj-column><mj-text>Two</mj-text>
</mj-column></mj-group></mj-section></mj-wrapper></mj-body></mjml>
"""
_THUMBNAIL = PlacedPicture(address="https://letters.specimen.example/pictures/b.png", width=264, height=176)
_PICTURES = {
    "a.jpg": PlacedPicture(
        address="https://letters.specimen.example/pictures/a.jpg",
        width=1200,
        height=800,
        thumbnail=_THUMBNAIL,
    )
}
_NEWSROOM = Newsroom(
    name="Specimen", website="https://specimen.example", pages="https://letters.specimen.example",
    postal_address="1 Specimen Street",
)  # fmt: skip


def reduced(original: bytes, came_from: str, baseline: list[str]) -> dict[str, Any]:
    """Return the data as we bundle it: of each program the newest version that was tested."""
    data = json.loads(original)
    nice = data["nicenames"]
    found = [
        (fam, plat) for feature in data["data"] for fam, plats in feature["stats"].items() for plat in plats
    ]
    clients = {
        f"{family}.{platform}": _name(nice, family, platform) for family, platform in sorted(set(found))
    }
    return {
        "about": {
            "source": "https://www.caniemail.com/ (https://github.com/hteumeuleu/caniemail)",
            "licence": "MIT, Copyright (c) 2019 HTeuMeuLeu: see caniemail.LICENSE",
            "came from": came_from,
            "api version": data["api_version"],
            "last update": data["last_update_date"],
            "sha256": hashlib.sha256(original).hexdigest(),
        },
        "clients": clients,
        "baseline": [slug for slug in baseline if slug in {feature["slug"] for feature in data["data"]}],
        "features": {
            feature["slug"]: [feature["title"], _letters(feature["stats"], clients)]
            for feature in sorted(data["data"], key=lambda feature: str(feature["slug"]))
            if feature["category"] != "others"
        },
    }


def measured_baseline() -> list[str]:
    """Return the features that MJML's own components and the bundled template use."""
    found = set(used(_mail(to_html(COMPONENTS))))
    for language in ("en", "ar"):
        rendered = render(
            _rich(language),
            newsroom=_NEWSROOM,
            template=load_template("brief"),
            pictures=_PICTURES,
            nonce="n0",
        )
        found |= set(used(_mail(rendered.rendering.html)))
    return sorted(found)


def _rich(language: str) -> Composition:
    """Return an edition with one of everything that a story and a letter may have."""
    made = specimen()
    lead = made.selection.featured[0]
    body = ('A <em>first</em> paragraph, <strong>weight</strong>, <a href="https://a.example/">a link</a>.',)
    picture = Image(url="a.jpg", alt="A picture", caption="A caption", credit="A credit")
    story = replace(lead.story, body=body, images=(picture,))
    rows = made.selection.sections[0].stories
    rows = tuple(replace(row, story=replace(row.story, images=(picture,))) for row in rows)
    selection = replace(
        made.selection,
        featured=(replace(lead, story=story),),
        sections=(replace(made.selection.sections[0], stories=rows),),
    )
    return replace(made, language=language, letter="A <em>word</em> from the editor.", selection=selection)


def _mail(html: str) -> Mail:
    return Mail(rendering=Rendering(subject="", preheader="", html=html, text="", nonce="n0"))


def _name(nice: Mapping[str, Mapping[str, str]], family: str, platform: str) -> str:
    return f"{nice['family'].get(family, family)} ({nice['platform'].get(platform, platform)})"


def _letters(stats: Mapping[str, Mapping[str, Mapping[str, str]]], clients: Mapping[str, str]) -> str:
    """Return a letter a client: the state in the version tested last, which the file lists last."""
    letters = []
    for client in clients:
        family, _, platform = client.partition(".")
        versions = list(stats.get(family, {}).get(platform, {}).values())
        letters.append(versions[-1][0] if versions else "-")
    return "".join(letters)


def written(data: Mapping[str, Any]) -> str:
    """Return the file's text: a line a feature, so that changes can be read."""
    head = {name: data[name] for name in ("about", "clients", "baseline")}
    lines = ",\n".join(
        f"    {json.dumps(slug)}: {json.dumps(row, ensure_ascii=False)}"
        for slug, row in data["features"].items()
    )
    top = json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}")
    return f'{top},\n  "features": {{\n{lines}\n  }}\n}}\n'


if __name__ == "__main__":
    whole = reduced(Path(sys.argv[1]).read_bytes(), sys.argv[2], measured_baseline())
    DATA.write_text(written(whole), encoding="utf-8")
