"""What it costs to look a mail over, without a browser: the first time in a process, and warm.

The mail is an edition of the made-up paper, with as many stories as make 45 KB of HTML. CPU time, best of
several; the floor is what the parser alone takes for the same mail. Aim: 50 ms.

    .venv/bin/python bench/lint.py [--bytes 45000] [--json]
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from lxml import html as parser  # noqa: E402

from digest.model.edition import Composition  # noqa: E402
from digest.model.mail import Rendering  # noqa: E402
from digest.render.edition import render  # noqa: E402
from digest.render.lint import client, contrast, lint, sense  # noqa: E402
from digest.render.lint.mail import Mail, parse  # noqa: E402
from digest.render.template import load_template  # noqa: E402
from digest.selection.mismatch import mismatches  # noqa: E402
from render import paper  # noqa: E402

AIM = 50.0  #: milliseconds


def mail_of(size: int) -> tuple[Rendering, Composition]:
    """Return the smallest edition with at least `size` bytes of HTML."""
    template = load_template("brief")
    for stories in range(6, 400):
        made = paper.edition(stories)
        words = render(
            made, newsroom=paper.POST, template=template, pictures=paper.placed(made), nonce=paper.NONCE
        ).rendering
        if len(words.html.encode()) >= size:
            return words, made
    raise SystemExit(f"{size}: no edition is that large")


def cpu(work: Callable[[], object], times: int = 15) -> float:
    """Return the least milliseconds of CPU that `work` took."""
    taken = []
    for _ in range(times):
        begin = time.process_time()
        work()
        taken.append((time.process_time() - begin) * 1000)
    return min(taken)


def cold(size: int) -> float:
    """Return the milliseconds of CPU of the first look in a process, imports apart."""
    code = (
        "import sys, time\nsys.path[:0] = ['tests', 'bench']\n"
        "import lint as bench\nfrom render import paper\n"
        f"words, made = bench.mail_of({size})\nbegin = time.process_time()\n"
        "bench.lint(words, composition=made, newsroom=paper.POST, weights={})\n"
        "print((time.process_time() - begin) * 1000)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    return min(float(run.stdout) for run in runs)


def measured(size: int) -> dict[str, float]:
    """Return milliseconds of CPU, by what was done."""
    words, made = mail_of(size)
    stories = [slot.story for slot in made.selection.slots]

    def whole() -> Mail:
        mail = Mail(rendering=words, composition=made, newsroom=paper.POST, weights={})
        _ = mail.elements
        return mail

    whole()
    return {
        "bytes of HTML": float(len(words.html.encode())),
        "all rules, first in a process": cold(size),
        "all rules, warm": cpu(lambda: lint(words, composition=made, newsroom=paper.POST, weights={})),
        "  parse, with the place of each tag": cpu(lambda: parse(words.html)),
        "  floor: the parser alone": cpu(lambda: parser.document_fromstring(words.html.encode())),
        "  mail programs": cpu(lambda: list(client.check(whole()))),
        "  contrast, both palettes": cpu(lambda: list(contrast.check(whole()))),
        "  what the stories say": cpu(lambda: list(sense.check(whole()))),
        "headlines against their texts": cpu(lambda: mismatches(stories)),
    }


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--bytes", type=int, default=45_000)
    asked.add_argument("--json", action="store_true")
    told = asked.parse_args()
    figures = measured(told.bytes)
    if told.json:
        print(json.dumps(figures, indent=1))
        return
    for what, value in figures.items():
        unit = "" if "bytes" in what else " ms"
        print(f"{what:<40} {value:>10,.1f}{unit}")
    good = figures["all rules, first in a process"] <= AIM
    print(f"\naim: {AIM:g} ms of CPU: {'kept' if good else 'missed'}")


if __name__ == "__main__":
    main()
