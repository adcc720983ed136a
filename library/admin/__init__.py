"""The library in the Django admin."""

from library.admin import branches, catalogue, circulation, setup, tags

__all__ = ["branches", "catalogue", "circulation", "setup", "tags"]
