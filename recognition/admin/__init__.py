"""Photos, what was seen, who looked, and the stations, in the admin."""

from recognition.admin import audit, faces, stations

__all__ = ["audit", "faces", "stations"]
