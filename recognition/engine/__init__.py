"""Faces to vectors, vectors to names. Pure Python: nothing in this package knows Django."""

from __future__ import annotations

from pathlib import Path

from recognition.engine.types import Box, Engine, Face, Image, Match, Profile, Quality, Track, Vector, Vectors

__all__ = [
    "Box",
    "Engine",
    "Face",
    "Image",
    "Match",
    "Profile",
    "Quality",
    "Track",
    "Vector",
    "Vectors",
    "build_engine",
]


def build_engine(
    name: str, *, models_dir: Path, allow_noncommercial: bool = False, detector: str | None = None
) -> Engine:
    """The real engine for a profile (`detector`: instead of its own). What is heavy is imported here, not before."""
    from recognition.engine.standard import build_engine as build

    return build(name, models_dir=models_dir, allow_noncommercial=allow_noncommercial, detector=detector)
