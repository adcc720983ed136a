"""The server under the lockers' browser test: the real engine, and a challenge whose order the film knows."""

from config.settings import *  # noqa: F403
from recognition.liveness import challenge
from tests.browser.lockers_order import ORDER

challenge.orders = lambda steps: [ORDER]
RECOGNITION_ENGINE = "recognition.engine.build_engine"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
