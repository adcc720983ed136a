"""Passive liveness: is the face on this track alive, to go by what a person does anyway (docs/liveness.md)?

One watch follows one track beside the recognition. It gives a `Life` for each frame; no one is named before it says
LIVING.
"""

from recognition.engine.types import Engine
from recognition.liveness.passive.minifasnet import Passive
from recognition.liveness.passive.types import Life, LifeState, LifeWatch
from recognition.liveness.passive.watch import PassiveWatch

__all__ = ["Life", "LifeState", "LifeWatch", "life_watch"]


def life_watch(engine: Engine, networks: Passive | None) -> LifeWatch:
    """A watch for a new track. `networks`: the photo-attack networks, where they are installed."""
    return PassiveWatch(engine, networks)
