"""What it costs to turn an edition into mail, step by step, and to look it over.

Each line stands beside a peer or a floor of the same run: the bare compiler, the other
inliner, or what the inliner costs when it is let loose on the whole mail. CPU time, best
of several, warm; then what each library costs to import, in a process of its own.

    .venv/bin/python bench/render.py [--stories 15] [--json]
"""

import argparse
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from digest.model.finding import Finding  # noqa: E402
from digest.render import edition  # noqa: E402
from digest.render.inline import CssInline, Premailer, inline  # noqa: E402
from digest.render.layout import lay_out  # noqa: E402
from digest.render.lint import lint  # noqa: E402
from digest.render.mjml import to_html  # noqa: E402
from digest.render.page import Page  # noqa: E402
from digest.render.pictures import prepare  # noqa: E402
from digest.render.slots import fill  # noqa: E402
from digest.render.template import load_template  # noqa: E402
from render import paper  # noqa: E402

IMPORTS = ("jinja2", "mjml", "premailer", "css_inline", "nh3", "lxml.html", "babel.dates", "PIL.Image")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table."""

    what: str
    ms: float
    beside: str = ""  #: the peer or floor
    beside_ms: float | None = None
    note: str = ""


def best(work: Callable[[], object], times: int = 9) -> float:
    """Return the least milliseconds of CPU that `work` took in `times` runs, after a warm one."""
    work()
    taken = []
    for _ in range(times):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return min(taken) * 1000


def rendering(stories: int) -> list[Figure]:
    """Measure a whole rendering, and its steps."""
    import mjml
    from premailer import Premailer as Library

    composition = paper.edition(stories)
    pictures = paper.placed(composition)
    template = load_template("brief")

    def whole() -> edition.Rendered:
        return edition.render(
            composition, newsroom=paper.POST, template=template, pictures=pictures, nonce=paper.NONCE
        )

    def layout() -> Page:
        return lay_out(composition, newsroom=paper.POST, words=template.words, pictures=pictures)

    def checked() -> tuple[Finding, ...]:
        return lint(made, composition=composition, newsroom=paper.POST)

    def filled() -> str:
        return fill(made.html, paper.NONCE, paper.VALUES, html=True)

    made = whole().rendering
    page = layout()
    prose = [*page.letter, *(page.lead.paragraphs if page.lead else ())]
    variables = {
        "page": edition.with_style(page, template.prose_css, Premailer()),
        **edition.speech(template, "en", paper.NONCE),
    }
    source = template.write("brief/edition.mjml", variables)
    naive = best(
        lambda: Library(made.html, allow_network=False, cssutils_logging_level=logging.CRITICAL).transform(),
        3,
    )
    size = len(made.html.encode())
    return [
        Figure(
            what=f"an edition of {stories} stories, whole", ms=best(whole), note=f"{size:,} bytes of HTML"
        ),
        Figure(what="  layout", ms=best(layout)),
        Figure(
            what="  authors' HTML inlined, premailer",
            ms=best(lambda: inline(prose, template.prose_css, Premailer())),
            beside="css-inline",
            beside_ms=best(lambda: inline(prose, template.prose_css, CssInline())),
        ),
        Figure(what="  template to MJML", ms=best(lambda: template.write("brief/edition.mjml", variables))),
        Figure(
            what="  MJML to HTML, hardened",
            ms=best(lambda: to_html(source)),
            beside="bare compiler",
            beside_ms=best(lambda: mjml.mjml2html(source.lstrip(), fonts={})),
        ),
        Figure(what="  text part", ms=best(lambda: template.write("brief/edition.txt", variables))),
        Figure(
            what="premailer on the whole mail", ms=naive, note="what a naive pipeline adds; it also breaks it"
        ),
        Figure(what="lint", ms=best(checked), note="45 kB: at most 50 ms"),
        Figure(what="slots filled for one reader", ms=best(filled)),
    ]


def cold() -> list[Figure]:
    """Measure the first rendering of a process, imports apart."""
    out = []
    for name, letter in (("with links in the body", True), ("plain text only", False)):
        code = (
            "import sys, time; sys.path.insert(0, 'tests')\n"
            "from dataclasses import replace\nfrom render import paper\n"
            "from digest.render.edition import render\nfrom digest.render.template import load_template\n"
            "from digest.model.edition import Selection\n"
            "c = paper.edition(15)\n"
            f"plain = not {letter}\n"
            "first = replace(c.selection.featured[0], story=paper.lead(body=('Plain words.',)))\n"
            "c = replace(c, selection=replace(c.selection, featured=(first,))) if plain else c\n"
            "begin = time.process_time()\n"
            "template, pictures = load_template('brief'), paper.placed(c)\n"
            "render(c, newsroom=paper.POST, template=template, pictures=pictures, nonce='n')\n"
            "print(time.process_time() - begin)"
        )
        out.append(Figure(what=f"first edition of a process, {name}", ms=_child(code)))
    return out


def imports() -> list[Figure]:
    """Measure what each library costs to import, in a fresh process."""
    code = "import time; begin = time.process_time(); import {}; print(time.process_time() - begin)"
    return [
        Figure(what=f"import {name}", ms=min(_child(code.format(name)) for _ in range(3)))
        for name in ("digest.render.edition", *IMPORTS)
    ]


def _child(code: str) -> float:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout) * 1000


def pictures() -> list[Figure]:
    """Measure a photograph of 12 megapixels, as a camera makes it."""
    import io

    from PIL import Image

    data = paper.landscape(1, (4000, 3000))

    def bare() -> None:
        image = Image.open(io.BytesIO(data))
        image.thumbnail((1200, 900))
        image.save(io.BytesIO(), "JPEG", quality=80)

    size = len(prepare(data).data)
    return [
        Figure(
            what="a photograph of 12 megapixels, for the lead",
            ms=best(lambda: prepare(data), 3),
            beside="bare Pillow thumbnail",
            beside_ms=best(bare, 3),
            note=f"{len(data):,} to {size:,} bytes",
        ),
        Figure(
            what="the same, for a list", ms=best(lambda: prepare(data, printed_width=132, shape=(3, 2)), 3)
        ),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stories", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = [*rendering(asked.stories), *cold(), *pictures(), *imports()]
    if asked.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=1))
        return
    for figure in figures:
        beside = f"{figure.beside}: {figure.beside_ms:.2f} ms" if figure.beside_ms is not None else ""
        print(f"{figure.what:<46} {figure.ms:9.2f} ms   {beside:<32} {figure.note}")


if __name__ == "__main__":
    main()
