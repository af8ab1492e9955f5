"""A worker of `confine`: takes one document after the other, and limits itself before each.

Started as `python -m digest.sources.worker FD MEMORY_BYTES DEADLINE_SECONDS`.
"""

import pickle
import resource
import sys
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

from digest.model.errors import SourceUnreadable
from digest.sources.confine import READY, Answer, Job, peak_bytes
from digest.sources.parse import parse_document, parse_story_page

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "document": parse_document,
    "story page": parse_story_page,
}
_IDLE_SECONDS = 60.0


def main(line: "Connection[Any, Any]", memory_bytes: int, deadline_seconds: float) -> None:
    """Answer jobs until the other end hangs up or nothing came for a minute."""
    _limit(resource.RLIMIT_DATA, memory_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    line.send_bytes(READY)
    while line.poll(_IDLE_SECONDS):
        try:
            answer = _answer(line.recv_bytes(), deadline_seconds)
        except EOFError:
            return
        except MemoryError:
            answer = Answer(unreadable="needs more memory than a document may have", exhausted=True)
        line.send_bytes(pickle.dumps(answer))
        if answer.exhausted:
            return


def _answer(message: bytes, deadline_seconds: float) -> Answer:
    _limit_cpu(deadline_seconds)
    job = pickle.loads(message)
    assert isinstance(job, Job)
    try:
        value = FUNCTIONS[job.function](**job.arguments)
    except SourceUnreadable as error:
        return Answer(unreadable=error.why, peak_bytes=peak_bytes())
    except MemoryError:
        raise
    except RecursionError:
        return Answer(unreadable="nested too deep", peak_bytes=peak_bytes())
    except Exception as error:  # noqa: BLE001  a fault of ours must not cost the other documents of the visit
        return Answer(failed=f"{type(error).__name__}: {error}", peak_bytes=peak_bytes())
    return Answer(value=value, peak_bytes=peak_bytes())


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(what, (most, hard))


def _limit_cpu(deadline_seconds: float) -> None:
    """Let the kernel end us when nobody is left to do so: whoever started us may be gone."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime + deadline_seconds) + 2)


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])), int(sys.argv[2]), float(sys.argv[3]))
