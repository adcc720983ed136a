"""Rosters from files: tables and OneRoster packages, into enrolments."""
