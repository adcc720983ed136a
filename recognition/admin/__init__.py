"""Photos, what was seen, who looked, and the stations, in the admin."""

from recognition.admin import audit, examples, faces, newcomers, stations

__all__ = ["audit", "examples", "faces", "newcomers", "stations"]
