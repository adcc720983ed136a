"""Is it a living person, here and now? Pure Python: nothing in this package knows Django (docs/liveness.md)."""

from recognition.liveness.answers import Capture, LivenessResult, Progress, StepDone
from recognition.liveness.challenge import ACTIONS, BLINK, TURN_LEFT, TURN_RIGHT, Challenge
from recognition.liveness.passive import load_fasnet
from recognition.liveness.session import Session
from recognition.liveness.watcher import Watcher

__all__ = [
    "ACTIONS",
    "BLINK",
    "TURN_LEFT",
    "TURN_RIGHT",
    "Capture",
    "Challenge",
    "LivenessResult",
    "Progress",
    "Session",
    "StepDone",
    "Watcher",
    "load_fasnet",
]
