"""The command line's front door: finds the command, imports it, and turns errors into words.

Exit codes: 0 done, 1 failed, 2 you asked wrongly or a file is wrong, 3 done in part,
4 waiting for a person, 5 busy, 130 interrupted.
"""

import gc
import sys
import traceback
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

import click

from digest import __version__
from digest.cli.context import Context
from digest.model.errors import DigestError, FileWrong, Problem

#: command -> (module that holds it, what it does, heading), in the order of the help page
COMMANDS: dict[str, tuple[str, str, str]] = {
    "init": ("start", "Make a newsroom folder with a working example.", "Start here"),
    "demo": ("demo", "Build a sample digest, deliver it to a local inbox and open it.", "Start here"),
    "check": ("check", "Check schedule, templates and subscriber files. Sends nothing.", "Start here"),
    "doctor": ("doctor", "Check that this machine can send: relay, DNS, clock, disk.", "Start here"),
    "next": ("coming", "Show what will be sent, when, to how many, and what would stop it.", "Every day"),
    "gather": ("build", "Visit the sources now.", "Every day"),
    "build": ("build", "Build one edition into a folder: HTML, text, .eml and JSON.", "Every day"),
    "preview": ("serve", "Open the live preview; it reloads as you edit.", "Every day"),
    "serve": ("serve", "Run desk, pages, scheduler and sender in one process.", "Every day"),
    "test": ("send", "Send one test copy to one address.", "Sending"),
    "send": ("send", "Send an edition now; asks first.", "Sending"),
    "edition": ("edition", "List, show, explain, approve, hold, pause or settle editions.", "Sending"),
    "status": ("status", "Show what ran, what is running and what needs you.", "Sending"),
    "users": ("users", "Add editors and say what they may do.", "Look after it"),
    "subscribers": ("subscribers", "Import, export, find, add, unsubscribe or forget.", "Look after it"),
    "backup": ("backup", "Save everything in one file, and bring it back.", "Look after it"),
}


class Doors(click.Group):
    """A group whose commands are imported only when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"digest.cli.{COMMANDS[cmd_name][0]}")
        command = getattr(module, {"next": "next_", "test": "test_"}.get(cmd_name, cmd_name))
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command, or say which one was probably meant."""
        if args and args[0] not in COMMANDS:
            close = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            ctx.fail(f"No such command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings, without importing any of them."""
        headings = dict.fromkeys(heading for _, _, heading in COMMANDS.values())
        for heading in headings:
            with formatter.section(heading):
                formatter.write_dl(
                    [(name, short) for name, (_, short, h) in COMMANDS.items() if h == heading]
                )


@click.group(cls=Doors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="digest")
@click.option("-C", "folder", type=click.Path(file_okay=False, path_type=Path), help="Run in another folder.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def cli(ctx: click.Context, folder: Path | None, quiet: bool, debug: bool) -> None:
    """Newsletters and news digests, published by the newsroom itself.

    Stories come in from feeds, folders and pages; an edition is chosen, set, approved and
    sent; and a small database remembers who got what.

    Exit codes: 0 done, 1 failed, 2 asked wrongly or a file is wrong, 3 done in part,
    4 waiting for a person, 5 busy.

    \b
      $ digest demo          see it work, in half a minute
      $ digest init news     then make your own
    """
    where = Path.cwd() if folder is None else folder.resolve()
    if not where.is_dir():
        raise click.UsageError(f"{where}: no such folder")
    context = Context(folder=where, quiet=quiet, debug=debug)
    ctx.obj = context
    ctx.call_on_close(context.close)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(50_000, 20, 50)  # imports make many objects and no garbage
    debug = "--debug" in (sys.argv if arguments is None else arguments)
    try:
        code = cli.main(args=arguments, prog_name="digest", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except FileWrong as error:
        show_problems(error.problems)
        sys.exit(error.exit_code)
    except DigestError as error:
        if debug:
            traceback.print_exc()
        click.secho(f"error: {error}", fg="red", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        if debug:
            traceback.print_exc()
        where = f"{error.filename}: " if error.filename else ""
        click.secho(f"error: {where}{(error.strerror or str(error)).lower()}", fg="red", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def show_problems(problems: tuple[Problem, ...]) -> None:
    """Write every problem with its line and a caret under the place, then a count."""
    for problem in problems:
        click.secho(str(problem), fg="red" if problem.level == "error" else "yellow", err=True)
        if problem.excerpt:
            number = f"{problem.line:>5} | "
            click.echo(f"{number}{problem.excerpt}", err=True)
            click.echo(f"{' ' * (len(number) - 2)}| {' ' * (problem.column - 1)}^", err=True)
    errors = sum(1 for problem in problems if problem.level == "error")
    warnings = len(problems) - errors
    told = [f"{errors} problem{'s' * (errors != 1)}"] if errors else []
    told += [f"{warnings} warning{'s' * (warnings != 1)}"] if warnings else []
    click.echo(", ".join(told), err=True)


if __name__ == "__main__":
    main()
