"""Checks that ask something outside of this program: a browser, a spam filter, the sites that are linked to.

Each takes what it looks at and returns findings; what is not installed, or does not answer, is a finding
"not checked" with the reason. None of them runs by itself: they take seconds, and some use the network.
"""

from collections.abc import Mapping

from digest.model.finding import Finding, Level

#: What can be asked, and the finding that says that nobody has asked yet.
LINKS, SPAM, ACCESS = "links", "spam", "access"
NOT_ASKED: Mapping[str, Finding] = {
    LINKS: Finding(
        level=Level.NOT_CHECKED,
        code="links-not-fetched",
        message="links are checked for form only; nobody has followed them",
    ),
    SPAM: Finding(
        level=Level.NOT_CHECKED, code="spam-not-checked", message="no spam filter was asked about these words"
    ),
    ACCESS: Finding(
        level=Level.NOT_CHECKED, code="axe-not-checked", message="axe-core was not run on these words"
    ),
}
