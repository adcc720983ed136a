"""The server under a browser test: the real settings, with the fake engine."""

from config.settings import *  # noqa: F403

RECOGNITION_ENGINE = "tests.fake_engine.build"
