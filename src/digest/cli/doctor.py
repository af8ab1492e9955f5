"""`digest doctor`: can this machine send?"""

from collections.abc import Sequence

import click

from digest.cli.context import Context
from digest.cli.telling import give, json_option, step
from digest.model.errors import AskedWrongly
from digest.model.finding import Level

_COLOURS = {Level.BLOCKER: "red", Level.WARNING: "yellow", Level.NOTE: "blue", Level.NOT_CHECKED: "cyan"}


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> int | None:
    """Check that this machine can send: relay login, DNS records, clock, disk, secrets, versions.

    Sends nothing. What could not be checked says so. Exits 1 when something would stop an edition.

    \b
      $ digest doctor
    """
    if ctx.invoked_subcommand is not None:
        return None
    from digest.flows.examination import examine

    context: Context = ctx.obj
    house = context.house()
    results = examine(
        house.schedule,
        folder=house.folder,
        state=house.state,
        environment=house.environment,
        post_of=house.post,
        resolve=look_up,
        now=house.clock(),
    )
    told, stopped = [], False
    for result in results:
        stopped = stopped or result.level is Level.BLOCKER
        told.append(
            {"what": result.what, "told": result.told, "level": result.level.value if result.level else "ok"}
        )
        if not as_json:
            word = result.level.value if result.level else "ok"
            colour = _COLOURS[result.level] if result.level else "green"
            click.echo(f"  {click.style(f'{word:<12}', fg=colour)} {result.what}: {result.told}")
    if as_json:
        give(told)
    return 1 if stopped else 0


@doctor.command()
@click.pass_obj
def dkim(context: Context) -> None:
    """Make the DKIM keys that schedule.yaml names, and print the DNS records that publish them.

    A key that is there already is left as it is. The first selector of a relay gets an RSA key,
    which every mailbox provider checks, the second one Ed25519.

    \b
      $ digest doctor dkim
    """
    from digest.flows.signing import make_keys

    house = context.house()
    rules = [relay.dkim for relay in house.schedule.relays if relay.dkim is not None]
    if not rules:
        raise AskedWrongly("no relay has `dkim: {domain: …, selectors: […]}` in schedule.yaml")
    for made in make_keys(rules, house.folder / "secrets"):
        step("made" if made.new else "kept", f"secrets/{made.selector}.pem", quiet=context.quiet)
        click.echo(made.zone_line)


def look_up(name: str, kind: str) -> Sequence[str]:
    """Return the texts of a DNS name; empty when it does not exist.

    Raises:
        LookupError: no server has answered.
    """
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, kind, lifetime=5)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise LookupError(f"DNS did not answer for {name}: {type(error).__name__}") from error
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
