"""Impostor examples: reviewed, used and forgotten. There is nothing to look at: numbers have no face."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from config.errors import Refused
from config.web.admin.rights import ReadOnlyAdmin
from recognition.models import ImpostorExample
from recognition.sightings import impostor_examples


@admin.register(ImpostorExample)
class ImpostorExampleAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "person", "purpose", "state", "why", "source", "station", "how_far", "told_by")
    list_display_links = ("created_at",)
    list_filter = ("state", "purpose", "source")
    list_select_related = ("person", "told_by")
    search_fields = ("person__id_number", "person__first_name", "person__last_name")
    date_hierarchy = "created_at"
    actions = ("accept",)
    fields = (
        "person",
        "purpose",
        "state",
        "why",
        "source",
        "told_by",
        "created_at",
        "seen_at",
        "station",
        "how_far",
        "cost",
        "accepted_by",
        "profile",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImpostorExample]:
        mine = impostor_examples.examples_for(cast(User, request.user))
        return mine.order_by(*self.get_ordering(request) or ("-created_at", "-pk"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("recognition.delete_impostorexample")

    def has_accept_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("recognition.change_impostorexample")

    def delete_model(self, request: HttpRequest, obj: ImpostorExample) -> None:
        impostor_examples.remove(obj, by=cast(User, request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ImpostorExample]) -> None:
        for example in queryset:
            impostor_examples.remove(example, by=cast(User, request.user))

    @admin.action(description=gettext_lazy("Use the selected examples"), permissions=["accept"])
    def accept(self, request: HttpRequest, queryset: QuerySet[ImpostorExample]) -> None:
        done = 0
        for example in queryset.select_related("person"):
            try:
                impostor_examples.accept(example, by=cast(User, request.user))
                done += 1
            except Refused as refusal:
                messages.error(request, f"{example.person}: {refusal.message}")
        if done:
            words = ngettext("%(n)d example is in use.", "%(n)d examples are in use.", done)
            messages.success(request, words % {"n": done})

    @admin.display(description=gettext_lazy("distance"), ordering="distance")
    def how_far(self, example: ImpostorExample) -> str:
        return "–" if example.distance is None else f"{example.distance:.3f}"

    @admin.display(description=gettext_lazy("effect on recognition"))
    def cost(self, example: ImpostorExample) -> str:
        lost, photos = impostor_examples.photos_lost(example)
        if not photos:
            return _("not known: there are too few photos, or they belong to another profile")
        words = ngettext(
            "%(lost)d of %(photos)d photo of this person would no longer be recognised",
            "%(lost)d of %(photos)d photos of this person would no longer be recognised",
            photos,
        )
        return words % {"lost": lost, "photos": photos}
