"""Kinds of admin pages: records that no one changes there, settings that only administrators open, whole deletions."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import HttpRequest

from config.web.admin.lookups import OnlyItsFilters


class ReadOnlyAdmin(OnlyItsFilters):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AdministratorsOnly:
    """Anyone who sets these up decides whom a camera looks for and whose roll is kept. Put it before the admin
    class."""

    def _allowed(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.is_administrator)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._allowed(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)


class AdministratorsRead(AdministratorsOnly):
    """Administrators look; what changes these rows are actions that call the rules."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DeletesWhole:
    """A deletion takes along what hangs on the row, also what has no delete button of its own. Put it first.

    The page that asks says how many of each kind; a list of every line of every roll would be no question any more.
    """

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        whole: Any = super()
        listed, counts, _needed, protected = whole.get_deleted_objects(objs, request)
        links = _link_tables()
        told = {name: number for name, number in counts.items() if name not in links}
        return [entry for entry in listed if not isinstance(entry, list)], told, set(), protected


def _link_tables() -> set[str]:
    """What Django calls the tables between two kinds of rows: no question to a person."""
    links = (field.remote_field.through for model in apps.get_models() for field in model._meta.local_many_to_many)
    return {str(table._meta.verbose_name_plural) for table in links if table and table._meta.auto_created}
