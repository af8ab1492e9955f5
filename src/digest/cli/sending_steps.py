"""Steps of an edition that is on its way: pause, resume, cancel, withdraw, settle."""

import getpass

import click

from digest.audience.address import normalise
from digest.cli.build import edition_of
from digest.cli.context import Context
from digest.cli.telling import step
from digest.flows.sending import control
from digest.flows.sending.control import Settlement
from digest.model.edition import EditionState
from digest.model.errors import AskedWrongly, NotFound
from digest.store import editions
from digest.store.roster import people
from digest.wiring import House

edition_argument = click.argument("name", metavar="EDITION")


@click.command()
@edition_argument
@click.pass_obj
def pause(context: Context, name: str) -> None:
    """Pause sending, within one group of messages, wherever the sender runs."""
    house = context.house()
    _, edition = edition_of(house, name)
    control.pause(house.store, edition, who=getpass.getuser(), now=house.clock())
    step("paused", f"{edition}: digest edition resume {edition} goes on", quiet=context.quiet)


@click.command()
@edition_argument
@click.pass_obj
def resume(context: Context, name: str) -> None:
    """Let a paused edition go on; `digest send EDITION` or a running `serve` sends the rest."""
    house = context.house()
    _, edition = edition_of(house, name)
    control.resume(house.store, edition, who=getpass.getuser(), now=house.clock())
    step("sending", f"{edition}: digest send {edition}, unless serve is running", quiet=context.quiet)


@click.command()
@edition_argument
@click.option("--why", default="", help="Kept in the edition's history.")
@click.pass_obj
def cancel(context: Context, name: str, why: str) -> None:
    """Stop an edition for good: what has not left never will."""
    house = context.house()
    _, edition = edition_of(house, name)
    control.cancel(house.store, edition, who=getpass.getuser(), now=house.clock(), why=why)
    step("cancelled", edition, quiet=context.quiet)


@click.command()
@edition_argument
@click.option("--why", required=True, help="Kept in the edition's history.")
@click.pass_obj
def withdraw(context: Context, name: str, why: str) -> None:
    """Take an edition back: stop it within one group of messages, and take its archive page away.

    Mails that have left cannot be called back; `digest edition show --deliveries` lists who has them.
    """
    house = context.house()
    _, edition = edition_of(house, name)
    with house.store.read() as connection:
        if editions.edition(connection, edition).state is EditionState.SENT:
            raise AskedWrongly(f"{edition}: everybody has it already: there is nothing left to stop")
    control.cancel(house.store, edition, who=getpass.getuser(), now=house.clock(), why=f"withdrawn: {why}")
    step("withdrawn", edition, quiet=context.quiet)


@click.command()
@edition_argument
@click.option(
    "--as", "as_", type=click.Choice([s.value for s in Settlement]), required=True, help="What is true."
)
@click.option("--reader", "readers", multiple=True, help="Only this address; may be given several times.")
@click.pass_obj
def settle(context: Context, name: str, as_: str, readers: tuple[str, ...]) -> None:
    """Settle deliveries that were cut off before the relay's answer.

    As `sent` when the relay's log has them; as `resend` to send them again under the same
    Message-ID, with the next `digest send EDITION`.
    """
    house = context.house()
    _, edition = edition_of(house, name)
    ids = [_reader(house, reader) for reader in readers] or None
    count = control.settle(
        house.store, edition, Settlement(as_), who=getpass.getuser(), now=house.clock(), subscribers=ids
    )
    told = f"{edition}: {count} unknown, as {as_}"
    step(
        "settled",
        told + (f"; now digest send {edition}" if count and as_ == "resend" else ""),
        quiet=context.quiet,
    )


def _reader(house: House, address: str) -> int:
    with house.store.read() as connection:
        held = people.find(connection, normalise(address).key)
    if held is None:
        raise NotFound(f"{address}: no reader of that address")
    return held.subscriber.id


COMMANDS = (pause, resume, cancel, withdraw, settle)
