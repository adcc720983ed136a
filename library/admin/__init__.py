"""The library in the Django admin."""

from library.admin import catalogue, circulation, setup, tags

__all__ = ["catalogue", "circulation", "setup", "tags"]
