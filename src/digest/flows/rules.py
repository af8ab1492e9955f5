"""Every rule of the checks in one table: those of the lint, and those about what stands around a mail."""

from collections.abc import Mapping, Sequence

from digest.model.finding import Level
from digest.render.lint import GROUPS
from digest.render.lint.rule import Rule, by_code, rules

READINESS = rules(
    ("pages-not-public", Level.BLOCKER,
     "Readers cannot unsubscribe, see pictures or open the archive: the address is of this machine only.",
     "Write the public https address of the pages as newsroom.pages in schedule.yaml."),
    ("no-sender", Level.BLOCKER,
     "A mail needs a sender; relays refuse it otherwise.",
     "Write `sender: Name <address>` under the digest, or under defaults."),
    ("no-postal-address", Level.BLOCKER,
     "Several countries demand a postal address in every mail.",
     "Write newsroom.postal_address in schedule.yaml."),
    ("story-withdrawn", Level.BLOCKER,
     "The source has taken the story back, or it may not be printed yet.",
     "Rebuild the edition; it is chosen anew without the story."),
)  # fmt: skip

CHOOSING = rules(
    ("headline-off-body", Level.WARNING,
     "Headline and text speak of different things: a feed may have joined them wrongly.",
     "Read both, and mend the story at its source or leave it out."),
    ("headlines-not-compared", Level.NOT_CHECKED,
     "A few words cannot be compared with a few words.",
     "Read headline and text of these stories yourself."),
    ("wish-not-granted", Level.WARNING,
     "A story that an editor wants is left out: it was killed, is under embargo, or has no words.",
     "The message says why; take the wish back, or mend the story."),
    ("lead-not-available", Level.WARNING,
     "The story that an editor chose as lead cannot lead.",
     "Choose another one."),
    ("lead-is-partial", Level.WARNING,
     "The lead is a teaser without a text of its own.",
     "Choose another lead, or gather the page of the story."),
    ("lead-lacks", Level.WARNING,
     "No story has what `lead: must have` asks for.",
     "Give a story a picture, a summary or an author, or relax the rule."),
    ("section-underfilled", Level.WARNING,
     "A section has fewer stories than schedule.yaml asks for.",
     "Add a story from “just missed”, or take fewer in schedule.yaml."),
    ("too-few-stories", Level.WARNING,
     "The digest's rules leave an edition with so few stories out.",
     "Add stories, or send it by hand."),
    ("source-not-visited", Level.NOT_CHECKED,
     "Nobody has looked at this source yet, so its stories are missing.",
     "Run `digest gather`."),
    ("source-failed", Level.WARNING,
     "The last visit to a source failed; its newest stories are missing.",
     "The message says why; the next visit tries again."),
    ("page-failed", Level.NOTE,
     "The page behind a feed's entry could not be read, so the story has the feed's words only.",
     "The message says why; the next visit tries again."),
)  # fmt: skip

LAYOUT = rules(
    ("words-not-translated", Level.WARNING,
     "The template speaks English around stories of another language.",
     "Add the language to the template's words.json."),
    ("body-cut", Level.NOTE,
     "The end of a long story is cut, and no link leads to it.",
     "Give the story its link."),
    ("markup-dropped", Level.NOTE,
     "Links and emphasis in the story are lost; its words are there.",
     "Simplify the story's HTML at its source."),
    ("link-dropped", Level.WARNING,
     "The story is printed without a link: what it gives is no web address.",
     "Mend the address at the story's source."),
    ("picture-missing", Level.NOTE,
     "The story is laid out without its picture.",
     "The message says why; a picture that can be had is used at the next build."),
)  # fmt: skip

OUTSIDE = rules(
    ("link-dead", Level.WARNING,
     "The link leads nowhere.",
     "Mend the address at the story's source, or leave the story out."),
    ("link-unsure", Level.NOTE,
     "The site turns programs away, or had no time; a reader may be let in.",
     "Open it yourself."),
    ("link-moved", Level.NOTE,
     "The page has another address for good; the old one may end.",
     "Mend the address at the story's source."),
    ("axe-violation", Level.WARNING,
     "People who use a screen reader, a keyboard or large type stumble there (axe-core).",
     "The finding says how; its rule's name leads to more at dequeuniversity.com."),
    ("axe-not-checked", Level.NOT_CHECKED,
     "axe-core looks at the mail in a browser, in both palettes; it was not run, or is not installed.",
     "Install chromium and digest[browser]; press “Look outside”, or run `digest check --edition E`."),
    ("spam-likely", Level.WARNING,
     "A filter with SpamAssassin's rules takes the mail for spam.",
     "Mend what the other findings name; a signature (DKIM) and a known sender count as well."),
    ("spam-rule", Level.NOTE,
     "This counts against the mail at a filter with SpamAssassin's rules.",
     "Change it where the words allow; a few points do no harm."),
    ("spam-not-checked", Level.NOT_CHECKED,
     "No spam filter was asked, or none is installed.",
     "Install spamassassin; press “Look outside”, or run `digest check --edition E`."),
)  # fmt: skip

#: Title, what the group is about, its rules; in the order of the reference.
ALL_GROUPS: Sequence[tuple[str, str, tuple[Rule, ...]]] = (
    (
        "Ready to leave",
        "What must be true of the newsroom, and of the sources at the last moment.",
        READINESS,
    ),
    *GROUPS,
    ("The choice of stories", "What was noticed when stories were gathered and chosen.", CHOOSING),
    ("The layout", "What the template could not print.", LAYOUT),
    (
        "Looked up outside",
        "Asked of a browser, a spam filter and the sites themselves; never by itself.",
        OUTSIDE,
    ),
)
RULES: Mapping[str, Rule] = by_code(group for _, _, group in ALL_GROUPS)
