"""The rows of the role matrix for the timed jobs' page."""

from __future__ import annotations

ROWS = """
# --- timed jobs (administrators only)
GET    /jobs/                                                    login 200   403   403   403   403   login
GET    /jobs/<job>/run/                                          302   302   302   302   302   302   302
POST   /jobs/<job>/run/                                          login 302   403   403   403   403   login
"""
