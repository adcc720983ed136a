"""Rosters from elsewhere: CSV, XLSX, OneRoster 1.1. First what would happen, line by line; then all of it at once."""
