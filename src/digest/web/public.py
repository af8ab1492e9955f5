"""What readers and the public see; may stand behind the newsroom's public address."""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from digest.web import confirming, data_asking, data_showing, joining, joining_api, leaving, pages, preferring
from digest.web.rendering import STATIC

PUBLIC: Sequence[BaseRoute] = (
    Route("/", pages.home),
    Route("/join/{digest}", joining.join, methods=["GET", "POST"]),
    Route("/join/{digest}/example", pages.example),
    Route("/api/join", joining_api.join, methods=["POST", "OPTIONS"]),
    Route("/api/join/{digest}", joining_api.about, methods=["GET", "OPTIONS"]),
    Route("/archive/{digest}", pages.archive_list),
    Route("/archive/{edition:path}", pages.archive_page),
    Route("/pictures/{name}", pages.picture),
    Route("/c/{token}", confirming.confirmation, methods=["GET", "POST"]),
    Route("/u/{token}", leaving.way_out, methods=["GET", "POST"]),
    Route("/p/{token}", preferring.preferences, methods=["GET", "POST"]),
    Route("/undo/{token}", leaving.way_back, methods=["POST"]),
    Route("/why/{token}", leaving.why, methods=["POST"]),
    Route("/my-data", data_asking.ask, methods=["GET", "POST"]),
    Route("/d/{token}", data_showing.show),
    Route("/d/{token}/my-data.json", data_showing.download),
    Route("/e/{token}", data_showing.erase, methods=["GET", "POST"]),
    Mount("/static", StaticFiles(directory=STATIC)),
)
