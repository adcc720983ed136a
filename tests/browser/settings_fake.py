"""The server under a browser test: the real settings, with the fake engine."""

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a good one takes half a second of both sides
RECOGNITION_ENGINE = "tests.support.fake_engine.build"
LIFE_WATCH = "tests.support.fake_life.watch"
