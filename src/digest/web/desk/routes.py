"""Where the desk's pages are. An edition's name has slashes; what is done with it stands behind `/-/`."""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Route

from digest.model.account import Role
from digest.web.desk import changes, correcting, edition, news, sending, steps, today
from digest.web.desk.posting import action

DESK: Sequence[BaseRoute] = (
    Route("/desk", today.show),
    Route("/desk/events", news.of_today),
    Route("/desk/{edition:path}/-/events", news.of_edition),
    action("change", changes.change),
    action("undo", changes.undo),
    action("link", changes.link),
    action("hold", steps.hold),
    action("pull-back", steps.pull_back),
    action("approve", steps.approve, Role.APPROVER),
    action("override", steps.override, Role.APPROVER),
    action("skip", steps.skip, Role.APPROVER),
    action("send-now", steps.send_now, Role.APPROVER),
    action("rebuild", steps.rebuild),
    action("test", steps.trial),
    action("pause", sending.pause, Role.APPROVER),
    action("resume", sending.resume, Role.APPROVER),
    action("withdraw", sending.withdraw, Role.APPROVER),
    action("settle", sending.settle, Role.APPROVER),
    action("correct", correcting.correct, Role.APPROVER),
    correcting.WRITE,
    Route("/desk/{edition:path}/-/deliveries.{kind:str}", sending.deliveries),
    Route("/desk/{edition:path}", edition.show),
)
