"""The server under the browser test of “Try it with your own face”: a demo, the real engine, a challenge whose order
the film knows."""

from tests.browser.settings_lockers import *  # noqa: F403

DEMO = True
