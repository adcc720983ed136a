"""Work on one picture uses the cores that nobody else needs, and its answers stay in order."""

from __future__ import annotations

import threading
from functools import partial

import numpy as np
import pytest

from recognition.engine import cores
from recognition.engine.cores import Once, together
from recognition.engine.embedding.vectors import normalised
from recognition.engine.search import gallery as search_gallery
from recognition.engine.search.gallery import Gallery

# No database anywhere here.
pytestmark = pytest.mark.same_on_every_database


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(cores, "_cores", lambda: 2)


def meeting(barrier):
    """Comes back only when another thread has come too."""
    barrier.wait(timeout=10)
    return threading.current_thread().name


def test_the_answers_come_in_the_order_of_the_work():
    assert together([partial(pow, 2, n) for n in range(20)]) == [2**n for n in range(20)]
    assert together([]) == []


def test_a_picture_alone_is_worked_at_on_two_cores():
    names = together([partial(meeting, threading.Barrier(2))] * 2)
    assert len(set(names)) == 2


def test_where_there_are_more_cores_more_are_used_but_never_all(monkeypatch):
    monkeypatch.setattr(cores, "_cores", lambda: 32)
    assert len(set(together([partial(meeting, threading.Barrier(4))] * 4))) == 4
    with pytest.raises(threading.BrokenBarrierError):
        together([partial(threading.Barrier(5).wait, timeout=0.05)] * 5)


def test_a_second_picture_meanwhile_keeps_to_its_own_thread():
    def inner():
        return together([lambda: threading.current_thread().name] * 4)

    assert {len(set(names)) for names in together([inner, inner])} == {1}


def test_one_core_is_enough(monkeypatch):
    monkeypatch.setattr(cores, "_cores", lambda: 1)
    assert set(together([lambda: threading.current_thread().name] * 4)) == {threading.current_thread().name}


@pytest.mark.parametrize("broken", [0, 1, 5])
def test_what_breaks_breaks_here_and_the_next_picture_goes_on(broken):
    def work(number):
        if number == broken:
            raise RuntimeError("damaged")
        return number

    with pytest.raises(RuntimeError, match="damaged"):
        together([partial(work, number) for number in range(6)])
    assert together([partial(meeting, threading.Barrier(2))] * 2)


def test_what_others_build_on_is_done_once_and_an_error_is_no_answer():
    calls = []

    def work():
        calls.append(threading.current_thread().name)
        if len(calls) == 1:
            raise RuntimeError("damaged")
        return len(calls)

    once = Once(work)
    with pytest.raises(RuntimeError, match="damaged"):
        once()
    assert together([once, once, partial(meeting, threading.Barrier(1)), once])[:2] == [2, 2]
    assert len(calls) == 2


def test_a_large_gallery_is_searched_by_two_cores_and_says_the_same(monkeypatch):
    vectors = normalised(np.random.default_rng(3).normal(size=(501, 8)))
    search = partial(Gallery.build((n, v, 3) for n, v in enumerate(vectors)).match, vectors[500], frames=1)
    wanted = search(threshold=lambda _: 0.5, target_fmr=1e-3)
    monkeypatch.setattr(search_gallery, "WORTH_SHARING", 0)
    found = search(threshold=lambda _: 0.5, target_fmr=1e-3)
    assert found.person == wanted.person == 500
    assert found.margin == pytest.approx(wanted.margin, abs=1e-6)
