"""Locks of every kind behind one promise. Nothing here knows Django, people or keys."""
