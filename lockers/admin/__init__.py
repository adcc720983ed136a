"""The lockers in the Django admin: what happened is looked at there; what changes it are the services."""

from lockers.admin import records, setting_up

__all__ = ["records", "setting_up"]
