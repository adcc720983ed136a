"""A real Chromium with a fake camera."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def camera_showing():
    """`with camera_showing(clip) as page:` a page in a browser whose camera shows the clip."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"Chromium is not installed at {CHROMIUM}")
        pytest.skip(f"Chromium is not installed at {CHROMIUM}")
    return showing


@contextlib.contextmanager
def showing(clip, *, allowed=True, width=1280, height=800, **context):
    from playwright.sync_api import sync_playwright

    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={clip}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *camera])
        try:
            window = browser.new_context(viewport={"width": width, "height": height}, **context)
            if allowed:
                window.grant_permissions(["camera"])
            yield window.new_page()
        finally:
            browser.close()
