"""The library in the Django admin."""

from library.admin import catalogue, circulation, setting_up

__all__ = ["catalogue", "circulation", "setting_up"]
