"""`digest serve` and `digest preview`: the pages, the clock and the sender in one process."""

import threading
import webbrowser
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import click

from digest.cli.context import Context
from digest.cli.telling import say, step
from digest.clock.heartbeat import Heartbeat
from digest.clock.rounds import make_round
from digest.clock.sender import Senders
from digest.flows.outfit import stopping
from digest.model.errors import AskedWrongly
from digest.store import accounts
from digest.web.security import is_loopback
from digest.web.serving import Server
from digest.wiring import PORT, House

port_option = click.option("--port", default=PORT, show_default=True, help="The next free one is taken.")
host_option = click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")


@click.command()
@click.argument("digest", required=False)
@port_option
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
@click.pass_obj
def preview(context: Context, digest: str | None, port: int, no_open: bool) -> None:
    """Show today's edition as it would be sent now; it reloads as you edit.

    Sends nothing and claims nothing. Ctrl-C to stop.

    \b
      $ digest preview morning
    """
    house = context.house()
    chosen = house.schedule.digest(digest) if digest else house.schedule.digests[0]
    house.gather(house.schedule.sources_of(chosen), now=house.clock(), only_due=True)
    with Server(house, port=port) as server, stopping() as stop:
        house.pages = server.address
        house.reread()
        where = f"{server.address}/preview/{chosen.id}"
        step("preview", f"{where}   Ctrl-C to stop", quiet=context.quiet)
        if not no_open and context.interactive:
            webbrowser.open(where)
        wait_for(stop)


@click.command()
@host_option
@port_option
@click.option(
    "--desk-host",
    "desk_hosts",
    multiple=True,
    metavar="NAME",
    envvar="DIGEST_DESK_HOST",
    help="A name under which the desk is reached, such as desk.post.example.",
)
@click.option("--no-clock", is_flag=True, help="Only the pages; send nothing by the clock.")
@click.pass_obj
def serve(context: Context, host: str, port: int, desk_hosts: tuple[str, ...], no_clock: bool) -> None:
    """Run the pages, the clock and the sender, until you stop it.

    Editions are built ahead, published when they are due, and sent. Several processes may run on
    one database: an edition is published once. SIGTERM lets what is in flight end, within 10 s.

    The desk answers under this machine's own names, HOST, and each --desk-host (also
    DIGEST_DESK_HOST, with spaces between). It is reached from elsewhere only once there is an
    account: see `digest users`. Until then, whoever sits at this machine is the admin.

    \b
      $ digest serve --port 8420
      $ digest serve --desk-host desk.post.example    behind a proxy that speaks https
    """
    house = context.house()
    may_be_reached(house, host, desk_hosts)
    house.sync_readers(on_report=lambda line: step("readers", line, quiet=context.quiet))
    with Server(house, host=host, port=port, desk_hosts=desk_hosts) as server, stopping() as stop:
        if not house.schedule.newsroom.pages.startswith("https://"):
            house.pages = server.address
            house.reread()
        step("serving", f"{server.address}   Ctrl-C to stop", quiet=context.quiet)
        if no_clock:
            wait_for(stop)
            return
        senders = Senders(house, report=say, stop=stop)

        def tick(now: datetime) -> None:
            try:
                make_round(house, now=now, report=say)
            finally:
                senders.look()

        with Heartbeat(tick=tick, report=lambda error: say(f"the clock: {error}", colour="red")):
            wait_for(stop)
        senders.join(timedelta(seconds=10))


def may_be_reached(house: House, host: str, desk_hosts: tuple[str, ...]) -> None:
    """Refuse to open the desk to others while nobody has an account, for then everybody would be its admin.

    Raises:
        AskedWrongly: the desk would be reached from elsewhere, and there is no account.
    """
    with house.store.read() as connection:
        if accounts.exist(connection):
            return
    if not is_loopback(host) or desk_hosts:
        where = desk_hosts[0] if desk_hosts else host
        raise AskedWrongly(
            f"{where}: the desk would be open to whoever reaches it: make an account first: "
            "digest users add NAME"
        )
    if house.newsroom.pages.startswith("https://") and not _names_nothing(house.newsroom.pages):
        say(
            "  nobody has an account, and the pages are public: see to it that the proxy passes on the name\n"
            "  that was asked for (Host), or make an account: digest users add NAME",
            colour="yellow",
        )


def _names_nothing(pages: str) -> bool:
    """Whether `pages` is under a name that leads nowhere, as in the example that `init` writes (RFC 6761)."""
    return (urlsplit(pages).hostname or "").endswith((".example", ".invalid", ".test"))


def wait_for(stop: Callable[[], bool]) -> None:
    """Wait until `stop` says so."""
    waiting = threading.Event()
    while not stop():
        waiting.wait(0.2)
