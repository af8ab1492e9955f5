"""What the main job costs: help, check, and a build of 15 stories from 200 candidates with nothing to fetch.

python bench/main_job.py [--json]

CPU seconds (user and system) of the whole process, the least of several runs, since the machine may be
busy. "beyond the imports" is a build less the same process importing the same modules and doing nothing:
the physical limit that the program's own work is held against. The table of imports names the costliest.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5
CANDIDATES, STORIES = 200, 15
PROGRAM = Path(sys.executable).parent / "digest"
SCHEDULE = """\
version: 1
newsroom: {name: The Larkmoor Gazette, website: https://gazette.example, pages: https://letters.gazette.example,
  postal_address: 3 Mill Lane}
sources: [{id: desk, folder: stories}]
defaults: {sender: Gazette <brief@gazette.example>}
digests:
  - id: morning
    title: The Morning Post
    send: every day at 07:00
    sections: [{title: Town, take: 7, tags: [town]}, {title: Land, take: 7, tags: [land]}]
"""
WORDS = tuple(
    word
    for line in (
        "mill wheel market owl tower church green winter council river bridge lantern ferry tide harbour",
        "school bread library tram crane storm gate pear tree film concert foghorn keeper diary bicycle",
        "count fish hall kitchen",
    )
    for word in line.split()
)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--json", action="store_true")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_newsroom(folder)
        digest = [str(PROGRAM), "-C", str(folder)]
        measure([*digest, "build", "--no-gather"], runs=1, warm=[*digest, "build"])
        modules = imported([*digest, "build", "--no-gather"])
        imports = (
            f"import contextlib, importlib\nfor name in {modules!r}:\n"
            "    with contextlib.suppress(ImportError): importlib.import_module(name)"
        )
        rows = {
            "python, nothing": measure([sys.executable, "-c", "pass"]),
            "digest --help": measure([str(PROGRAM), "--help"]),
            "digest check": measure([*digest, "check"]),
            "imports of a build": measure([sys.executable, "-c", imports]),
            "digest build": measure([*digest, "build", "--no-gather"]),
        }
        table = import_table([*digest, "build", "--no-gather"])
        answer = subprocess.run([*digest, "build", "--no-gather", "--json"], capture_output=True, check=False)
        told = json.loads(answer.stdout)
    beyond = rows["digest build"][0] - rows["imports of a build"][0]
    if arguments.json:
        print(json.dumps({"cpu_and_wall": rows, "build_beyond_imports": beyond, "imports_ms": table,
                          "stories": told["stories"], "candidates": told["candidates"]}))  # fmt: skip
        return
    print(f"{'':<22}{'CPU s':>8}{'wall s':>8}   goal")
    goals = {"digest --help": "0.15 CPU", "digest check": "0.6 CPU", "digest build": "1.8 wall"}
    for what, (cpu, wall) in rows.items():
        print(f"{what:<22}{cpu:>8.3f}{wall:>8.3f}   {goals.get(what, '')}")
    print(f"{'beyond the imports':<22}{beyond:>8.3f}           0.4 CPU")
    print(
        f"\n{told['stories']} stories from {told['candidates']} candidates, "
        f"{told['html_bytes']:,} bytes of HTML"
    )
    print("\nimports of a build, cumulative ms")
    for module, milliseconds in table:
        print(f"  {milliseconds:>7.0f}  {module}")


def write_newsroom(folder: Path) -> None:
    """Write a newsroom with CANDIDATES stories of this morning."""
    (folder / "stories").mkdir()
    (folder / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    now = time.time()
    for number in range(CANDIDATES):
        pick = [WORDS[(number * step + number // 7) % len(WORDS)] for step in (3, 5, 7, 11, 13, 17)]
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 60 * (number + 5)))
        body = "\n\n".join(f"The {a} and the {b} were seen near the {c} number {number}." for a, b, c in
                           zip(pick, pick[1:], pick[2:], strict=False))  # fmt: skip
        (folder / "stories" / f"{number:03}.md").write_text(
            f"---\nheadline: {pick[0].title()} {pick[1]} {pick[2]} {number}\n"
            f"standfirst: What the {pick[3]} knows.\n"
            f"published: {when}\ntags: [{'town' if number % 2 else 'land'}]\n"
            f"url: https://gazette.example/{number}\n---\n{body}\n",
            encoding="utf-8",
        )


def measure(command: list[str], *, runs: int = RUNS, warm: list[str] | None = None) -> tuple[float, float]:
    """Return the least CPU seconds and the least wall seconds of a command."""
    subprocess.run(warm or command, capture_output=True, check=False)
    cpus, walls = [], []
    for _ in range(runs):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, capture_output=True, check=False)
        walls.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(cpus), min(walls)


def imported(command: list[str]) -> list[str]:
    """Return every module that a command imports, in the order in which they are ready."""
    program = [sys.executable, "-X", "importtime", *command]
    told = subprocess.run(program, capture_output=True, text=True, check=False).stderr
    found = re.findall(r"^import time:\s+\d+ \|\s+\d+ \|\s+([\w.]+)$", told, re.MULTILINE)
    # some were looked for and are not there: `_winapi`
    return [name for name in found if not name.startswith(("_frozen", "zipimport", "site", "sitecustomize"))]


def import_table(command: list[str], most: int = 14) -> list[tuple[str, float]]:
    """Return the costliest packages of a command's imports, cumulative milliseconds."""
    program = [sys.executable, "-X", "importtime", *command]
    told = subprocess.run(program, capture_output=True, text=True, check=False).stderr
    found: dict[str, float] = {}
    for line in told.splitlines():
        match = re.match(r"import time:\s+\d+ \|\s+(\d+) \|\s+([\w.]+)$", line)
        if match and "." not in match[2]:
            found[match[2]] = max(found.get(match[2], 0.0), int(match[1]) / 1000)
    return sorted(found.items(), key=lambda pair: -pair[1])[:most]


if __name__ == "__main__":
    main()
