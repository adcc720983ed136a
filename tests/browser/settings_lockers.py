"""The server under the lockers' browser test: the real engine, and a challenge whose order the film knows.

What makes it unforeseen elsewhere, one step more and random pauses, is left out: no film could answer it.
"""

from config.settings import *  # noqa: F403
from recognition.liveness.active import challenge
from tests.browser.lockers_order import ORDER

challenge.orders = lambda steps: [ORDER]
challenge._varied = lambda order: order
challenge._pause = lambda: 0.0
RECOGNITION_ENGINE = "recognition.engine.build_engine"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
