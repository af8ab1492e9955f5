from datetime import UTC, datetime, timedelta
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from digest.clock.pulse import Pulse, SteadyStore

NOW = datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
EVERY = timedelta(seconds=15)


def paused_scheduler(store: SteadyStore) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(
        timezone=UTC, jobstores={"default": store}, executors={"default": ThreadPoolExecutor(1)}
    )
    scheduler.add_job(lambda: None, Pulse(EVERY), id="beat")
    scheduler.start(paused=True)
    return scheduler


def test_after_a_jump_of_years_there_is_one_next_run_and_not_millions() -> None:
    pulse = Pulse(EVERY)

    later = pulse.get_next_fire_time(datetime(1970, 1, 1, tzinfo=UTC), NOW)

    assert later == NOW + EVERY


def test_a_clock_set_back_does_not_make_the_heart_wait() -> None:
    store = SteadyStore(EVERY)
    scheduler = paused_scheduler(store)
    job = store.lookup_job("beat")
    job.next_run_time = NOW + EVERY
    store.update_job(job)

    before_the_jump = store.get_due_jobs(NOW)
    after_the_jump = store.get_due_jobs(NOW - timedelta(hours=1))

    assert before_the_jump == []
    assert [due.id for due in after_the_jump] == ["beat"]
    scheduler.shutdown()


def test_a_scheduler_that_runs_on_it_survives_a_job_pushed_far_ahead() -> None:
    beats = [Event(), Event()]
    waiting = iter(beats)
    every = timedelta(milliseconds=20)
    store = SteadyStore(every)
    scheduler = BackgroundScheduler(
        timezone=UTC, jobstores={"default": store}, executors={"default": ThreadPoolExecutor(1)}
    )
    scheduler.add_job(lambda: next(waiting, Event()).set(), Pulse(every), id="beat")
    scheduler.start()
    assert beats[0].wait(30)

    scheduler.modify_job("beat", next_run_time=datetime.now(UTC) + timedelta(days=365))

    assert beats[1].wait(30)
    scheduler.shutdown()
