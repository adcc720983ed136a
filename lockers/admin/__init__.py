"""The lockers in the Django admin: what happened is looked at there; what changes it are the services."""

from lockers.admin import abandoned, grants, records, setup, terms

__all__ = ["abandoned", "grants", "records", "setup", "terms"]
