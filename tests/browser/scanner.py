"""A barcode scanner is a keyboard that types a letter every 5 ms, however busy the machine that it is plugged into."""

from __future__ import annotations

import time

EVERY = 0.005  # s


def scan(page, text):
    """Letters wherever the focus is, then Enter. Each says itself when it was typed, as those of a real keyboard do."""
    keys = page.context.new_cdp_session(page)
    began = time.time()
    for place, letter in enumerate([*text, "Enter"]):
        typed = {"key": letter, "text": "\r" if letter == "Enter" else letter, "timestamp": began + place * EVERY}
        keys.send("Input.dispatchKeyEvent", {"type": "keyDown", **typed})
        keys.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": letter, "timestamp": began + place * EVERY})
    keys.detach()
