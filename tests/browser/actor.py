"""A camera with somebody before it who does what the screen asks, when it asks: a film cannot wait for a busy machine.

The frames are real footage (tests/support/liveness/clips.py). Chromium's own fake camera plays a file and listens to
no one; here the page's camera is a canvas on which the test plays one short film after the other.
"""

from __future__ import annotations

import base64
import json
from functools import lru_cache

import cv2
from playwright.sync_api import TimeoutError as TooLate

from tests.conftest import DATA
from tests.support.liveness.clips import answer, hold

FPS = 15
SHUT = 14  # frames with closed eyes, of 30 a second: with five pictures a second at least two show them
REACTS_AFTER = 500  # ms, as people do: what begins at once answers nothing
AGAIN_AFTER = 4_500  # ms: who sees that nothing has happened does it again

CAMERA = """
(() => {
  if (!navigator.mediaDevices) return;
  const films = {}, queue = [];
  let still = 0;
  const read = (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  };
  const ready = (async () => {
    for (const [name, frames] of Object.entries(FILMS)) films[name] = await Promise.all(frames.map(read));
  })();
  navigator.mediaDevices.getUserMedia = async () => {
    await ready;
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const pen = canvas.getContext("2d");
    const draw = () => pen.drawImage(queue.shift() ?? films.hold[still++ % films.hold.length], 0, 0);
    draw();
    setInterval(draw, 1000 / FPS);
    return canvas.captureStream(FPS);
  };
  window.actor = { play: (name) => ready.then(() => { if (!queue.length) queue.push(...films[name]); }) };
})();
"""


def before(page):
    """From the next page that is opened: somebody who looks straight ahead."""
    page.add_init_script(CAMERA.replace("FPS", str(FPS)).replace("FILMS", _films()))


def play(page, action):
    page.evaluate("action => window.actor.play(action)", action)


def answers(page, order, over, *, at=0, then=None):
    """Each step when the screen shows it, and again while it stays; until `over`, a locator, is there.

    `then()` is called when step `at` is shown.
    """
    for number, action in enumerate(order, 1):
        step = page.get_by_text(f"Step {number} of {len(order)}", exact=True)
        step.or_(over).first.wait_for(timeout=60_000)
        if number == at and then:
            then()
        while step.is_visible():
            page.wait_for_timeout(REACTS_AFTER)
            play(page, action)
            _until_gone(step)
    over.first.wait_for(timeout=60_000)


def _until_gone(step):
    try:
        step.wait_for(state="hidden", timeout=AGAIN_AFTER)
    except TooLate:
        return


@lru_cache(maxsize=1)
def _films():
    films = {"hold": hold(DATA, 0.8)} | {
        action: answer(action, DATA, shut=SHUT) for action in ("blink", "turn_left", "turn_right")
    }
    return json.dumps({name: [_jpeg(frame) for frame in frames[::2]] for name, frames in films.items()})


def _jpeg(frame):
    made = cv2.imencode(".jpg", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
    return base64.b64encode(made.tobytes()).decode()
