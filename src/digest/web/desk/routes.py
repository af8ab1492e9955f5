"""Where the desk's pages are. An edition's name has slashes; what is done with it stands behind `/-/`."""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Route

from digest.web.desk import edition, today

DESK: Sequence[BaseRoute] = (
    Route("/desk", today.show),
    Route("/desk/{edition:path}/-/mail", edition.mail),
    Route("/desk/{edition:path}", edition.show),
)
