"""Engines with a fault, for stories about what the page says then."""

from __future__ import annotations

import time

from tests.support.fake_engine import FakeEngine


class SlowEngine(FakeEngine):
    """Five pictures a second at most."""

    def detect(self, image, **how):
        time.sleep(0.2)
        return super().detect(image, **how)


class FailingEngine(FakeEngine):
    well = False

    def detect(self, image, **how):
        if not type(self).well:
            raise RuntimeError("the graphics card caught fire at /secret/path")
        return super().detect(image, **how)


def slow(*args, **kwargs):
    return SlowEngine()


def failing(*args, **kwargs):
    return FailingEngine()
