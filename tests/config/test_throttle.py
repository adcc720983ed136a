"""Attempts are counted until the window ends, also when it ends at this very moment."""

from django.core.cache import cache

from config.web import throttle


def test_attempts_are_counted_apart_and_forgotten_together():
    assert [throttle.count("door:1", window=60) for _ in range(3)] == [1, 2, 3]
    assert throttle.count("door:2", window=60) == 1
    assert (throttle.so_far("door:1"), throttle.so_far("door:3")) == (3, 0)
    cache.delete("door:1")
    assert throttle.so_far("door:1") == 0


def test_a_window_that_ends_between_the_two_questions_begins_again(monkeypatch):
    throttle.count("door", window=60)
    incr, ended = cache.incr, []

    def ends_first(key, *args, **kwargs):
        if not ended:
            ended.append(key)
            cache.delete(key)
        return incr(key, *args, **kwargs)

    monkeypatch.setattr(cache, "incr", ends_first)
    assert throttle.count("door", window=60) == 1
    assert ended and throttle.so_far("door") == 1


def test_a_cache_that_forgets_everything_stops_nobody(monkeypatch):
    def gone(key, *args, **kwargs):
        raise ValueError(key)

    monkeypatch.setattr(cache, "incr", gone)
    assert throttle.count("door", window=60) == 1
