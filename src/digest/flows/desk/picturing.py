"""Another picture for a story, in one edition: fetched by the guarded client before it is printed."""

from datetime import datetime

from digest.flows.desk.workshop import Workshop
from digest.flows.pictures import fetch_pictures
from digest.model.edition import StoryEdit, edited
from digest.model.errors import AskedWrongly
from digest.store import archive
from digest.store.engine import Store


def fetch_picture(store: Store, workshop: Workshop, story: str, address: str, *, now: datetime) -> None:
    """Fetch and keep the picture at `address` for the story called `story`.

    Args:
        address: on the web, or a path that the story's source knows.

    Raises:
        AskedWrongly: it cannot be had, or cannot be printed; the message says why.
    """
    with store.read() as connection:
        held = archive.latest(connection, [story]).get(story)
    if held is None:
        return  # the change itself says that there is no such story
    wanted = edited(held, StoryEdit(story=story, image=address))
    sources = [source for source in workshop.schedule.sources if source.id == held.source]
    tried = fetch_pictures(store, [wanted], sources, root=workshop.root, folder=workshop.pictures, now=now)
    for picture in tried:
        if not picture.usable:
            raise AskedWrongly(f"{address}: no picture that can be printed: {picture.why}")
