"""Timetables from files of other programs: iCalendar and UNTIS. First looked at, then done, and the same each time."""
