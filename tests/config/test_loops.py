"""A thread that asks an event loop for something gets an answer or an error, and never waits for ever."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from asgiref.sync import sync_to_async

from config.live.event_loop import ask_the_loop

PATIENCE = 30  # s until a thread counts as stuck


async def where():
    return asyncio.get_running_loop()


def test_without_a_loop_the_work_gets_one_of_its_own():
    assert not ask_the_loop(where, patience=PATIENCE).is_running()


async def test_a_thread_that_serves_a_loop_asks_that_one():
    found = await sync_to_async(ask_the_loop, thread_sensitive=False)(where, patience=PATIENCE)
    assert found is asyncio.get_running_loop()


@pytest.mark.parametrize("thread_sensitive", [True, False])
async def test_work_that_takes_too_long_is_given_up(thread_sensitive):
    async def for_ever():
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await sync_to_async(ask_the_loop, thread_sensitive=thread_sensitive)(for_ever, patience=0.05)
    with pytest.raises(TimeoutError):
        await asyncio.to_thread(ask_the_loop, for_ever, patience=0.05)


def test_a_loop_that_ends_before_it_has_begun_the_work_leaves_no_thread_waiting():
    """The loop is busy while the thread asks, then its last task ends: what was asked for is cancelled unbegun."""
    busy, asked = threading.Event(), []

    def ask():
        busy.wait(PATIENCE)
        try:
            asked.append(ask_the_loop(where, patience=PATIENCE))
        except BaseException as error:  # whichever it is: the thread goes on
            asked.append(error)

    async def last_task():
        work = asyncio.create_task(sync_to_async(ask, thread_sensitive=False)())
        await asyncio.sleep(0.05)
        busy.set()
        time.sleep(0.2)  # noqa: ASYNC251  it must be the loop that is busy
        return work

    def run():
        with asyncio.Runner() as runner:
            runner.run(last_task())

    whole = threading.Thread(target=run, daemon=True)
    whole.start()
    whole.join(PATIENCE)
    assert not whole.is_alive() and len(asked) == 1


def test_a_loop_that_has_stopped_is_not_asked():
    loop, asked, answers = asyncio.new_event_loop(), [], []

    def ask():
        stopped.wait(PATIENCE)
        answers.append(ask_the_loop(where, patience=PATIENCE))

    async def begin():
        loop.run_in_executor(None, lambda: None)  # the pool is there
        asked.append(asyncio.ensure_future(sync_to_async(ask, thread_sensitive=False)()))
        await asyncio.sleep(0.05)

    stopped = threading.Event()
    loop.run_until_complete(begin())
    stopped.set()
    for _ in range(100):
        if answers:
            break
        time.sleep(0.05)
    assert answers and answers[0] is not loop
    asked[0].cancel()
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
