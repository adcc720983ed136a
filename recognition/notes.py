"""What goes on at a station, in a few words: asked of the app that its purpose belongs to (settings.STATION_NOTES)."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from recognition.events import StationNote, station_note
from recognition.models import Station


def note_for(station: Station) -> StationNote:
    path = settings.STATION_NOTES.get(station.purpose)
    found: StationNote = import_string(path)(station) if path else station_note(station.slug, "", "")
    return found
