"""Two that gather at once store the same pictures, and neither trips over the other."""

import threading
from io import BytesIO
from pathlib import Path

from PIL import Image

from digest.flows.pictures import fetch_pictures
from digest.store.archive import candidates
from newsroom import NOW, open_newsroom, story

TOGETHER = 8


def test_threads_of_one_process_store_the_same_picture_together(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    drawn = BytesIO()
    Image.effect_noise((1200, 800), 60).convert("RGB").save(drawn, "JPEG", quality=95)
    (tmp_path / "stories" / "mill.jpg").write_bytes(drawn.getvalue())
    told = story("The mill wheel turns again after ninety years", "05:30", "town", 3)
    told = told.replace("tags:", "image: mill.jpg\nalt: A wheel\ntags:")
    (tmp_path / "stories" / "mill.md").write_text(told, encoding="utf-8")
    house.gather(house.schedule.sources, now=NOW)
    with house.store.read() as connection:
        stories = candidates(connection, sources=["desk"], since=NOW.replace(year=2025))
    assert [item for one in stories for item in one.images]
    kept = sorted(path.name for path in house.pictures.iterdir())
    assert kept
    failed: list[BaseException] = []

    def fetch(gate: threading.Barrier) -> None:
        gate.wait()
        try:
            fetch_pictures(
                house.store, stories, house.schedule.sources, root=tmp_path, folder=house.pictures, now=NOW
            )
        except OSError as error:
            failed.append(error)

    with house.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM pictures")
    for path in house.pictures.iterdir():
        path.unlink()
    gate = threading.Barrier(TOGETHER)
    threads = [threading.Thread(target=fetch, args=(gate,)) for _ in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failed
    assert sorted(path.name for path in house.pictures.iterdir()) == kept
    house.close()
