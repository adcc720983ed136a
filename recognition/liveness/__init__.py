"""Is it a living person, here and now? Pure Python: nothing in this package knows Django (docs/liveness.md)."""

from recognition.liveness.active.answers import Capture, LivenessResult, Progress, StepDone
from recognition.liveness.active.challenge import ACTIONS, BLINK, CLOSER, NOD, TURN_LEFT, TURN_RIGHT, TWICE, Challenge
from recognition.liveness.active.session import Session
from recognition.liveness.passive.minifasnet import load_fasnet
from recognition.liveness.watcher import Watcher

__all__ = [
    "ACTIONS",
    "BLINK",
    "CLOSER",
    "NOD",
    "TURN_LEFT",
    "TURN_RIGHT",
    "TWICE",
    "Capture",
    "Challenge",
    "LivenessResult",
    "Progress",
    "Session",
    "StepDone",
    "Watcher",
    "load_fasnet",
]
