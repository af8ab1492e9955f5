"""Fill a reader's values into a finished part, for the preview, the archive page and files.

`delivery/compile` does the same on the wire; both write a value in the same way, so that a
preview is what is sent.
"""

import re
from collections.abc import Mapping

from digest.model.errors import RenderError
from digest.model.mail import Encoding, name_in, pattern, written


def fill(text: str, nonce: str, values: Mapping[str, str], *, html: bool) -> str:
    """Return `text` with every slot filled.

    Args:
        text: a part of a `Rendering`, or its subject.
        nonce: the rendering's.
        values: by slot name; more than are needed may be given.
        html: whether the part is HTML, so that values are escaped for it.

    Raises:
        RenderError: a slot has no value.
    """

    def value_of(match: re.Match[str]) -> str:
        name = name_in(match[2])
        if name not in values:
            raise RenderError(
                f"slot {name}: no value for it: there are {', '.join(sorted(values)) or 'none'}"
            )
        return written(values[name], Encoding(match[1]), html=html)

    return pattern(nonce).sub(value_of, text)
