"""`digest users`: who may sign in to the desk, and what each may do there."""

import getpass
import sys
from typing import TYPE_CHECKING

import click

from digest.cli.context import Context
from digest.cli.telling import give, json_option, say, step, table
from digest.cli.users_log import log, sessions
from digest.model.account import INVITED_FOR, Account, Role, account_name
from digest.model.errors import AskedWrongly

if TYPE_CHECKING:
    from digest.wiring import House

role_choice = click.Choice([role.value for role in Role])
dry_run_option = click.option("--dry-run", is_flag=True, help="Change nothing; say what would be done.")
password_options = (
    click.option("--ask", is_flag=True, help="Ask for the password here, on the terminal."),
    click.option("--password-stdin", is_flag=True, help="Read the password from standard input."),
)


@click.group()
def users() -> None:
    """Add editors and say what they may do.

    \b
    reader     sees the desk, changes nothing
    editor     changes editions, sends test copies
    approver   approves, sends, overrides a blocker
    admin      looks after accounts and readers

    Until there is an account, whoever sits at this machine is the admin, and the desk is reached
    from this machine only. From the first account on, everybody signs in. A password is never
    given as an argument, for others on this machine can see those.
    """


users.add_command(log)
users.add_command(sessions)


@users.command()
@click.argument("name")
@click.option("--role", type=role_choice, help="Default: admin for the first account, then editor.")
@click.option("--email", default="", help="Tells others who it is; nothing is mailed to it.")
@password_options[0]
@password_options[1]
@click.pass_obj
def add(context: Context, name: str, role: str | None, email: str, ask: bool, password_stdin: bool) -> None:
    """Add an account for NAME, and print a link by which its password is set.

    The link works once, for three days. The name is spelled in lower case. Exits 2 if it is taken.

    \b
      $ digest users add ida --email ida@post.example
      $ digest users add bo --role approver --ask
    """
    from digest.flows import accounts as flow

    house = context.house()
    password = _password(context, ask=ask, stdin=password_stdin)
    _refuse_weak(house, password, account_name(name), email)
    made = flow.add(
        house.store, name=name, email=email, role=Role(role) if role else None, who=getpass.getuser(),
        now=house.clock(),
    )  # fmt: skip
    step("added", f"{made.name}, {made.role}", quiet=context.quiet)
    _give_entry(context, house, made.name, password)


@users.command("list")
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """List the accounts: role, second step, when they signed in last.

    \b
      $ digest users list --json
    """
    from digest.store import accounts

    house = context.house()
    with house.store.read() as connection:
        found = accounts.every(connection)
    if as_json:
        give([_as_json(account) for account in found])
        return
    table([_as_row(account) for account in found])
    if not found:
        say("no account yet: whoever sits at this machine is the admin: digest users add NAME")


@users.command("role")
@click.argument("name")
@click.argument("role", type=role_choice)
@dry_run_option
@click.pass_obj
def role_(context: Context, name: str, role: str, dry_run: bool) -> None:
    """Give NAME another ROLE. Safe to repeat.

    Whoever is signed in under NAME is signed out. The last admin stays one: exits 2.

    \b
      $ digest users role ida approver
    """
    from digest.flows import accounts as flow

    house = context.house()
    if dry_run:
        step("would", f"give {_account(house, name).name} the role {role}", colour="yellow")
        return
    changed = flow.set_role(house.store, name, Role(role), who=getpass.getuser(), now=house.clock())
    step("role" if changed else "same", f"{account_name(name)}: {role}", quiet=context.quiet)


@users.command()
@click.argument("name")
@password_options[0]
@password_options[1]
@click.pass_obj
def password(context: Context, name: str, ask: bool, password_stdin: bool) -> None:
    """Print a link by which NAME sets a new password; or set it, with --ask.

    The link works once, for three days; the old password works until then. With --ask or
    --password-stdin the password is set at once, and whoever is signed in is signed out.

    \b
      $ digest users password ida
    """
    house = context.house()
    account = _account(house, name)
    _give_entry(context, house, account.name, _password(context, ask=ask, stdin=password_stdin))


@users.command()
@click.argument("name")
@dry_run_option
@click.pass_obj
def disable(context: Context, name: str, dry_run: bool) -> None:
    """Shut NAME out at once, everywhere; the account stays. Safe to repeat.

    \b
      $ digest users disable bo
    """
    from digest.flows import accounts as flow

    house = context.house()
    if dry_run:
        step("would", f"shut {_account(house, name).name} out", colour="yellow")
        return
    changed = flow.disable(house.store, name, who=getpass.getuser(), now=house.clock())
    step("disabled" if changed else "same", account_name(name), quiet=context.quiet)


@users.command()
@click.argument("name")
@click.pass_obj
def enable(context: Context, name: str) -> None:
    """Let NAME in again, also after too many tries to sign in. Safe to repeat.

    \b
      $ digest users enable bo
    """
    from digest.flows import accounts as flow

    house = context.house()
    flow.enable(house.store, name, who=getpass.getuser(), keys=house.keys, now=house.clock())
    step("enabled", account_name(name), quiet=context.quiet)


@users.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run_option
@click.pass_obj
def remove(context: Context, name: str, yes: bool, dry_run: bool) -> None:
    """Remove the account of NAME. What was done under it stays in the log and in histories.

    The last admin cannot be removed: exits 2.

    \b
      $ digest users remove bo --dry-run
    """
    from digest.flows import accounts as flow

    house = context.house()
    account = _account(house, name)
    if dry_run:
        step("would", f"remove {account.name}, {account.role}", colour="yellow")
        return
    if not yes:
        if not context.interactive:
            raise click.UsageError("there is nobody to ask: add --yes")
        click.confirm(f"Remove {account.name}, {account.role}?", abort=True, err=True)
    flow.remove(house.store, name, who=getpass.getuser(), now=house.clock())
    step("removed", account.name, quiet=context.quiet)


@users.group()
def totp() -> None:
    """The second step of signing in: one-time codes of an app. Everybody turns it on at the desk."""


@totp.command()
@click.argument("name")
@dry_run_option
@click.pass_obj
def reset(context: Context, name: str, dry_run: bool) -> None:
    """Take the second step from NAME, whose phone and recovery codes are lost. Safe to repeat.

    The password alone lets them in again, until they set it up anew.

    \b
      $ digest users totp reset ida
    """
    from digest.flows import accounts as flow

    house = context.house()
    if dry_run:
        step("would", f"take the second step from {_account(house, name).name}", colour="yellow")
        return
    had = flow.reset_second_step(house.store, name, who=getpass.getuser(), now=house.clock())
    step("reset" if had else "same", account_name(name), quiet=context.quiet)


def _account(house: "House", name: str) -> Account:
    from digest.store import accounts

    with house.store.read() as connection:
        return accounts.named(connection, account_name(name))


def _password(context: Context, *, ask: bool, stdin: bool) -> str:
    """Return the password that was typed or piped in; empty for a link."""
    if stdin:
        text = sys.stdin.readline().rstrip("\r\n")
        if not text:
            raise AskedWrongly("no password came on standard input")
        return text
    if not ask:
        return ""
    if not context.interactive:
        raise click.UsageError("there is nobody to ask: pipe it in with --password-stdin")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True))


def _refuse_weak(house: "House", password: str, name: str, email: str) -> None:
    from digest.access.password import weakness

    why = weakness(password, known=(name, email, house.newsroom.name)) if password else ""
    if why:
        raise AskedWrongly(f"this password will not do: {why}")


def _give_entry(context: Context, house: "House", name: str, password: str) -> None:
    """Set the password, or print the link by which it is set: the link alone goes to stdout."""
    from digest.flows import accounts as flow

    who, now = getpass.getuser(), house.clock()
    if password:
        flow.set_password(
            house.store, name, password=password, newsroom=house.newsroom.name, who=who, keys=house.keys,
            now=now,
        )  # fmt: skip
        step("password", f"{name}: set", quiet=context.quiet)
        return
    token = flow.invite(house.store, name, who=who, now=now)
    step("invited", f"{name}: hand over this link; it works once, for {INVITED_FOR.days} days")
    click.echo(f"{_desk(context)}/login/invitation/{token}")


def _desk(context: Context) -> str:
    """Return where the desk is reached, as far as this command can know."""
    from digest.wiring import PORT

    name = context.environment.get("DIGEST_DESK_HOST", "").split()
    return f"https://{name[0]}" if name else f"http://127.0.0.1:{PORT}"


def _as_json(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "email": account.email,
        "role": account.role.value,
        "disabled": account.disabled,
        "has_password": account.has_password,
        "second_step": account.second_step,
        "invited_until": account.invited_until and account.invited_until.isoformat(),
        "signed_in_at": account.signed_in_at and account.signed_in_at.isoformat(),
        "made_at": account.made_at.isoformat(),
    }


def _as_row(account: Account) -> tuple[str, ...]:
    seen = f"{account.signed_in_at:%Y-%m-%d %H:%M} UTC" if account.signed_in_at else "never signed in"
    standing = "disabled" if account.disabled else "" if account.has_password else "invited"
    second = "second step" if account.second_step else ""
    return account.name, account.role.value, standing, second, seen, account.email
