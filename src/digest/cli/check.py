"""`digest check` and `digest next`: is everything in order, and what will happen when."""

import click

from digest.cli.context import Context
from digest.cli.main import show_problems
from digest.cli.telling import finding as tell_finding
from digest.cli.telling import findings as tell_findings
from digest.cli.telling import give, json_option, step, tally
from digest.model.errors import AskedWrongly, Problem
from digest.model.finding import Level


@click.command()
@click.option("--edition", "name", help="Check the mail of one edition instead.")
@click.option("--links", is_flag=True, help="With --edition: follow its links too, each once.")
@click.option("--quick", is_flag=True, help="With --edition: ask neither a browser nor a spam filter.")
@click.option("--upgrade", is_flag=True, help="Rewrite schedule.yaml for this version of the program.")
@json_option
@click.pass_obj
def check(context: Context, name: str | None, links: bool, quick: bool, upgrade: bool, as_json: bool) -> int:
    """Check the schedule, the templates and the subscriber files; sends nothing, changes nothing.

    Every problem is told with its file, line and column. Exits 2 if something is wrong, 0 if
    there are warnings only.

    With --edition, check that edition's mail in all its variants, as it would be sent: each
    finding with its rule, its place and a way to mend it, and what could not be checked. Where
    chromium with axe-core and SpamAssassin are installed, they look at it too, offline; only
    --links asks the network. What they say is kept with the edition and shown at the desk. Exits
    4 if a blocker stands: mend it, or `digest edition override` it; 2 if there is no such edition.

    \b
      $ digest check
      $ digest check --edition morning/2026-11-23 --json
    """
    if upgrade:
        _upgrade(context)
    if name:
        return _check_edition(context, name, links=links, quick=quick, as_json=as_json)
    if links or quick:
        raise AskedWrongly("--links and --quick go with --edition")
    from digest.flows.looking import look_over
    from digest.flows.written import finding_json
    from digest.wiring import open_house, utc_now

    house = open_house(context.folder, context.environment)
    looked = look_over(
        context.folder,
        templates=house.template_folders,
        relay_of=house.relay_address,
        now=utc_now(),
    )
    if as_json:
        give(
            {
                "problems": [_problem_json(p) for p in looked.problems],
                "findings": [finding_json(finding) for finding in looked.findings],
            }
        )
    else:
        if looked.problems:
            show_problems(looked.problems)
        tell_findings(looked.findings)
        if not looked.problems and not looked.findings:
            step("checked", "everything is in order", quiet=context.quiet)
    wrong = any(problem.level == "error" for problem in looked.problems)
    return 2 if wrong or any(finding.level is Level.BLOCKER for finding in looked.findings) else 0


def _check_edition(context: Context, name: str, *, links: bool, quick: bool, as_json: bool) -> int:
    from digest.cli.build import edition_of
    from digest.flows.outside import ACCESS, LINKS, SPAM
    from digest.flows.written import checks_json

    house = context.house()
    _, edition = edition_of(house, name)
    what = [*([LINKS] if links else []), *([] if quick else [SPAM, ACCESS])]
    if what:
        house.look_outside(edition, what)
    checks = house.checks(edition)
    if as_json:
        give(checks_json(checks))
    else:
        for finding in checks.findings:
            tell_finding(finding)
        for passed in checks.overridden:
            step(
                "overridden",
                f"{passed.finding.code}, by {passed.by.who}: {passed.by.reason}",
                colour="yellow",
            )
        step("checked", f"{edition}: {tally(checks.findings)}", quiet=context.quiet)
    return 4 if checks.blockers else 0


def _upgrade(context: Context) -> None:
    from digest.settings.upgrade import upgrade_schedule

    changes = upgrade_schedule(context.folder)
    for change in changes:
        step("upgraded", change, quiet=context.quiet)
    if not changes:
        step("current", "schedule.yaml needs no upgrade", quiet=context.quiet)


def _problem_json(problem: Problem) -> dict[str, object]:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "level": problem.level,
        "message": problem.message,
    }
