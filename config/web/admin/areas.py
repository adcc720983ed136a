"""The areas of the administration as one person sees them: only tables that they may open, with how many rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.utils import timezone

from config.ops.registries.admin_areas import AREAS, AdminArea, Words
from config.ops.registries.home_parts import HOME, Need


@dataclass(frozen=True)
class AreaTable:
    title: Words
    url: str
    add_url: str | None
    count: int | None  # None: not counted


@dataclass(frozen=True)
class Area:
    name: str
    title: Words
    tables: list[AreaTable]
    needs: list[Need]


@dataclass(frozen=True)
class NavLink:
    title: Words
    url: str
    is_current: bool


@dataclass(frozen=True)
class NavArea:
    title: Words
    links: list[NavLink]

    @property
    def is_current(self) -> bool:
        return any(link.is_current for link in self.links)


def nav_areas(path: str, app_list: list[Any]) -> list[NavArea]:
    """The areas beside every page, without a query. `path`: the address that is open."""
    listed = {model["model"]: model for app in app_list for model in app["models"]}
    found = [(area, [listed.get(apps.get_model(label)) for label in area.tables]) for _name, area in AREAS.items()]
    return [NavArea(area.title, links) for area, tables in found if (links := list(_links(path, tables)))]


def _links(path: str, tables: list[Any]) -> Iterator[NavLink]:
    for entry in tables:
        if entry and entry["admin_url"]:
            yield NavLink(entry["name"], entry["admin_url"], path.startswith(entry["admin_url"]))


def areas_of(site: Any, request: HttpRequest, app_list: list[Any]) -> list[Area]:
    """`app_list`: what Django would list for this person; what is not in it is not named."""
    listed = {model["model"]: model for app in app_list for model in app["models"]}
    found = ((name, area, list(_tables(site, request, area, listed))) for name, area in AREAS.items())
    return [
        Area(name, area.title, tables, list(_needs(request.user, area.home))) for name, area, tables in found if tables
    ]


def _tables(site: Any, request: HttpRequest, area: AdminArea, listed: dict[Any, Any]) -> Iterator[AreaTable]:
    for label in area.tables:
        model = apps.get_model(label)
        entry = listed.get(model)
        if entry and entry["admin_url"]:
            rows = None if label in area.uncounted else site.get_model_admin(model).get_queryset(request).count()
            yield AreaTable(entry["name"], entry["admin_url"], entry["add_url"], rows)


def _needs(person: Any, name: str) -> Iterator[Need]:
    """What waits for this person in that app, as their home page says it."""
    part = HOME.get(name)
    for one in part(person, timezone.now()) if part else ():
        if isinstance(one, Need) and one.count:
            yield one
