"""`digest subscribers form` and `reasons`: how readers come in by themselves, and why they left."""

from datetime import timedelta

import click

from digest.cli.context import Context
from digest.cli.telling import give, json_option, say, table


@click.command()
@click.argument("digest")
@click.option("--lang", default="", metavar="CODE", help="Language of the form; else the digest's.")
@click.pass_obj
def form(context: Context, digest: str, lang: str) -> None:
    """Print a sign-up form for DIGEST, to be pasted into a page of your own site.

    Plain HTML: no script, no frame, nothing from us before somebody presses the button. The press
    leads to a page of ours, which asks once more; then the letter goes out.

    \b
      $ digest subscribers form morning
    """
    from html import escape
    from urllib.parse import urlsplit

    from digest.web.tongue import speech

    house = context.house()
    wanted = house.schedule.digest(digest)
    spoken = speech(lang or wanted.language) or speech("en")
    assert spoken is not None  # there is always English
    pages = house.newsroom.pages
    if urlsplit(pages).scheme != "https":
        say(f"newsroom.pages is {pages}: only this machine reaches it; set it first", colour="yellow")
    address = escape(f"{pages}/join/{wanted.id}?lang={spoken.language}")
    click.echo(
        f'<form action="{address}" method="post" accept-charset="utf-8">\n'
        f"  <label>{escape(spoken.say('email'))}\n"
        '    <input type="email" name="email" required autocomplete="email"></label>\n'
        f'  <button type="submit">{escape(spoken.say("join_title", title=wanted.title))}</button>\n'
        "</form>"
    )


@click.command()
@click.option("--days", default=90, show_default=True, help="Of the last so many days.")
@json_option
@click.pass_obj
def reasons(context: Context, days: int, as_json: bool) -> None:
    """Print why readers left, where they told: how many gave each reason, by digest.

    Only the newest reason of a person counts, and none of somebody who came back or was forgotten.

    \b
      $ digest subscribers reasons --days 30
    """
    from digest.model.subscriber import EVERYTHING
    from digest.store.roster.reasons import counted

    house = context.house()
    with house.store.read() as connection:
        found = counted(connection, since=house.clock() - timedelta(days=days))
    if as_json:
        give({"format": 1, "days": days, "reasons": found})
        return
    rows = [
        ("everything" if scope == EVERYTHING else scope, str(number), IN_WORDS[reason])
        for scope, told in found.items()
        for reason, number in told.items()
    ]
    table(rows)
    if not rows:
        say(f"nobody told in the last {days} days")


IN_WORDS = {
    "often": "too many mails",
    "content": "not what they expected",
    "elsewhere": "they read it elsewhere",
    "looks": "hard to read, or looks wrong",
    "never": "they say they never signed up",
    "other": "something else",
}
