"""A page that many ask for is made once, and anew after a moment or a change."""

import threading
from concurrent.futures import ThreadPoolExecutor

from digest.web.desk.kept import MOMENT, MOST, Kept


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_who_asks_meanwhile_gets_the_same() -> None:
    kept, made, go_on = Kept[int](), [0], threading.Event()

    def make() -> int:
        go_on.wait(10)
        made[0] += 1
        return made[0]

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(kept.get, "page", make) for _ in range(8)]
        go_on.set()

    assert {one.result() for one in asked} == {1}


def test_after_a_moment_it_is_made_anew() -> None:
    clock = Clock()
    kept = Kept[str](clock=clock)
    kept.get("page", lambda: "old")

    clock.now = MOMENT / 2
    soon = kept.get("page", lambda: "new")
    clock.now = MOMENT
    later = kept.get("page", lambda: "new")

    assert (soon, later) == ("old", "new")


def test_after_a_change_it_is_made_anew() -> None:
    kept = Kept[str](clock=Clock())
    kept.get("page", lambda: "old")

    kept.forget()

    assert kept.get("page", lambda: "new") == "new"


def test_no_more_is_kept_than_fits() -> None:
    kept = Kept[int](clock=Clock())

    for number in range(MOST + 50):
        kept.get(number, lambda: 1)

    assert kept.get(0, lambda: 2) == 2
