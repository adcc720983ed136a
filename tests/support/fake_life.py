"""A life watch for tests that are not about its science: how bright a square face is says whether it is alive.

`picture("ada")` lives from its first frame, `picture("ada", light=STILL)` shows nothing, `light=PRINTED` has signs of
a picture. Its hue, and so whose face it is, stays the same.
"""

from __future__ import annotations

import cv2

from recognition.liveness.passive import Life, LifeState

LIVING, STILL, PRINTED = 200, 165, 130


class FakeWatch:
    """See `recognition.liveness.passive.LifeWatch`."""

    def __init__(self):
        self.restart()

    def restart(self):
        self.began, self.lived = None, False

    def rests(self, at):
        return False

    def see(self, image, face, at):
        self.began = at if self.began is None else self.began
        light = light_of(image, face)
        since = at - self.began
        self.lived = self.lived or abs(light - LIVING) < 15
        if abs(light - PRINTED) < 15:
            return Life(LifeState.PICTURE, 0.05, {"edges": 0.9, "network": 0.05}, since)
        if self.lived:
            return Life(LifeState.LIVING, 0.97, {"blink": 1.0, "network": 0.95}, since)
        return Life(LifeState.WAITING, 0.1, {"blink": 0.0}, since, hint=since >= 1.0)


def light_of(image, face):
    middle = image[face.box.y + face.box.h // 2, face.box.x + face.box.w // 2]
    return int(cv2.cvtColor(middle.reshape(1, 1, 3), cv2.COLOR_RGB2HSV)[0, 0, 2])


def watch(engine):
    return FakeWatch()
