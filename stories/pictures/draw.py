"""Draw the pictures of The Harbour Post again: `python stories/pictures/draw.py [NAME ...]`.

Needs Pillow only. The same version of Pillow makes the same files.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import bridges
import crane
import people
import quay
import seas
import small
import storm
import streets
from paint import Sheet
from reading_room import library

SCENES: dict[str, Callable[[], Sheet]] = {
    "bridge": bridges.bridge,
    "ferry": bridges.ferry,
    "storm": storm.storm,
    "lighthouse": seas.lighthouse,
    "ice": seas.ice,
    "fog": seas.fog,
    "crane": crane.crane,
    "tram": streets.tram,
    "clock": streets.clock,
    "library": library,
    "market": quay.market,
    "doors": quay.doors,
    "lamplighter": people.lamplighter,
    "diver": people.diver,
    "pears": small.pears,
    "cat": small.cat,
}


def main(names: list[str]) -> int:
    """Draw the pictures called `names`, or all of them."""
    for name in names or SCENES:
        path = Path(__file__).with_name(f"{name}.jpg")
        SCENES[name]().save(path)
        print(f"{path.name:16} {path.stat().st_size / 1000:6.0f} kB")  # noqa: T201 - a program for the terminal
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
