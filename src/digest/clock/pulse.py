"""A pulse for APScheduler that no clock can stop: one job, again and again.

Two things about APScheduler 3.11's interval trigger and memory store make it unfit for a clock
that jumps. It lists every run between the last one and now, which is some ten million after a
machine without a battery learns the date; and a job that is due at 07:00:15 waits an hour when
the clock is set back by one. Here the next run is always one interval after now, and a run that
lies further ahead than that is due at once. The waiting itself is monotonic, so a jump is noticed
within one interval.
"""

from datetime import datetime, timedelta
from typing import Any

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.triggers.base import BaseTrigger


class Pulse(BaseTrigger):  # type: ignore[misc]  # apscheduler 3 has no types
    """Fires at once, then one interval after each look at the clock."""

    def __init__(self, every: timedelta) -> None:
        self.every = every

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return when to fire next; what was missed in between is missed."""
        return now if previous_fire_time is None else now + self.every


class SteadyStore(MemoryJobStore):  # type: ignore[misc]  # apscheduler 3 has no types
    """Keeps jobs in memory; one that waits for longer than `every` is due now."""

    def __init__(self, every: timedelta) -> None:
        super().__init__()
        self.every = every

    def get_due_jobs(self, now: datetime) -> list[Any]:
        """Return the jobs to run, those included that a clock set back has moved far ahead."""
        for job in self.get_all_jobs():
            if job.next_run_time is not None and job.next_run_time > now + self.every:
                job.next_run_time = now
                self.update_job(job)
        found: list[Any] = super().get_due_jobs(now)
        return found
