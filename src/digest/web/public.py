"""What readers and the public see; may stand behind the newsroom's public address."""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from digest.web import confirming, leaving, pages, preferring
from digest.web.rendering import STATIC

PUBLIC: Sequence[BaseRoute] = (
    Route("/", pages.home),
    Route("/archive/{digest}", pages.archive_list),
    Route("/archive/{edition:path}", pages.archive_page),
    Route("/pictures/{name}", pages.picture),
    Route("/c/{token}", confirming.confirmation, methods=["GET", "POST"]),
    Route("/u/{token}", leaving.way_out, methods=["GET", "POST"]),
    Route("/p/{token}", preferring.preferences, methods=["GET", "POST"]),
    Route("/undo/{token}", leaving.way_back, methods=["POST"]),
    Mount("/static", StaticFiles(directory=STATIC)),
)
