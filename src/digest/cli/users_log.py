"""`digest users log` and `sessions`: what was done at the desk and to it, and who is signed in."""

import getpass

import click

from digest.cli.context import Context
from digest.cli.telling import give, json_option, plural, say, step, table
from digest.model.account import account_name


@click.command()
@click.option("--who", default="", help="Only what this person did.")
@click.option("--about", default="", help="Only about this: edition, account, 'account ida', reader, import.")
@click.option("--text", default="", help="Only lines that hold this text.")
@click.option("--last", "limit", type=click.IntRange(1, 100_000), default=50, show_default=True, metavar="N")
@json_option
@click.pass_obj
def log(context: Context, who: str, about: str, text: str, limit: int, as_json: bool) -> None:
    """Show what was done in this newsroom, the newest line first.

    Changes of accounts, readers and the schedule, and the histories of all editions. Readers are
    named by their number. Nothing is ever taken away from it.

    \b
      $ digest users log --about account --last 20
    """
    from digest.store import audit

    house = context.house()
    with house.store.read() as connection:
        lines = audit.lines(connection, who=who, about=about, text=text, limit=limit)
    if as_json:
        give(
            [
                {"at": line.at.isoformat(), "who": line.who, "what": line.what, "about": line.about}
                for line in lines
            ]
        )
        return
    table([(f"{line.at:%Y-%m-%d %H:%M:%S} UTC", line.who, line.about, line.what) for line in lines])
    if not lines:
        say("nothing was done yet that is like that")


@click.command()
@click.argument("name", required=False)
@click.option("--end", is_flag=True, help="Sign NAME out everywhere.")
@json_option
@click.pass_obj
def sessions(context: Context, name: str | None, end: bool, as_json: bool) -> None:
    """Show who is signed in; with --end, sign NAME out everywhere.

    \b
      $ digest users sessions ida --end
    """
    from digest.flows import accounts as flow
    from digest.store import accounts
    from digest.store import sessions as open_sessions

    house = context.house()
    if end:
        if name is None:
            raise click.UsageError("say whom to sign out: digest users sessions NAME --end")
        count = flow.end_sessions(house.store, name, who=getpass.getuser(), now=house.clock())
        step("ended", f"{account_name(name)}: {plural(count, 'session')}", quiet=context.quiet)
        return
    with house.store.read() as connection:
        people = [accounts.named(connection, account_name(name))] if name else accounts.every(connection)
        found = [
            (account, session)
            for account in people
            for session in open_sessions.of_account(connection, account.key, now=house.clock())
        ]
    if as_json:
        give(
            [
                {
                    "name": account.name,
                    "since": session.made_at.isoformat(),
                    "seen": session.seen_at.isoformat(),
                    "until": session.until.isoformat(),
                    "network": session.network,
                    "browser": session.browser,
                }
                for account, session in found
            ]
        )
        return
    table(
        [
            (
                account.name,
                f"since {session.made_at:%Y-%m-%d %H:%M} UTC",
                session.network,
                session.browser[:60],
            )
            for account, session in found
        ]
    )
    if not found:
        say("nobody is signed in")
