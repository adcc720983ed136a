"""What was seen, and who looked at whose face. For reading only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from config.errors import Refused
from config.web.admin.rights import ReadOnlyAdmin
from recognition.admin import access_labels, decision_labels
from recognition.faces.permissions import purposes_for
from recognition.models import BiometricAccess, ImpostorExample, Sighting
from recognition.stations import denials


class StationsOfMine(admin.RelatedFieldListFilter):
    """The stations whose sightings the list may show; the others are not even named."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        mine = {"purpose__in": purposes_for(cast(User, request.user))}
        return field.get_choices(include_blank=False, limit_choices_to=mine)


class ActionsInWords(admin.AllValuesFieldListFilter):
    """The actions that the log knows so far."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *actions = super().choices(changelist)
        yield first  # all of them
        for choice in actions:
            yield {**choice, "display": access_labels.action(str(choice["display"]))}


@admin.register(Sighting)
class SightingAdmin(ReadOnlyAdmin):
    """Staff see the sightings of the stations whose purpose their role serves."""

    list_display = ("at", "station", "person", "outcome", "how_far", "how_far_at_most", "how_clear")
    list_filter = ("outcome", ("station", StationsOfMine))
    list_select_related = ("station", "person")
    search_fields = ("person__id_number", "person__first_name", "person__last_name")
    date_hierarchy = "at"
    actions = ("deny",)
    fields = ("at", "station", "person", "outcome", "how_far", "how_far_at_most", "how_clear", "decision")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sighting]:
        return super().get_queryset(request).filter(station__purpose__in=purposes_for(cast(User, request.user)))

    @admin.action(description=_("This was not the person named"), permissions=["view"])
    def deny(self, request: HttpRequest, queryset: QuerySet[Sighting]) -> None:
        """What followed is set right, and the look is learned from where it may be."""
        by, done = cast(User, request.user), 0
        for sighting in queryset.select_related("station", "person"):
            try:
                denials.deny(sighting, source=ImpostorExample.Source.STAFF, by=by, sure=True)
                done += 1
            except Refused as refusal:
                messages.error(request, f"{sighting}: {refusal.message}")
        if done:
            words = ngettext("%(n)d sighting was corrected.", "%(n)d sightings were corrected.", done)
            messages.success(request, words % {"n": done})

    @admin.display(description=_("distance"), ordering="distance")
    def how_far(self, sighting: Sighting) -> str:
        return _rounded(sighting.distance)

    @admin.display(description=_("threshold"), ordering="threshold")
    def how_far_at_most(self, sighting: Sighting) -> str:
        return _rounded(sighting.threshold)

    @admin.display(description=_("margin"), ordering="margin")
    def how_clear(self, sighting: Sighting) -> str:
        return _rounded(sighting.margin)

    @admin.display(description=_("decision"))
    def decision(self, sighting: Sighting) -> SafeString:
        return format_html_join("", "<div>{}: {}</div>", decision_labels.facts(sighting.record)) or SafeString("–")


@admin.register(BiometricAccess)
class BiometricAccessAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_name", "what", "person_id_number", "in_words")
    list_filter = (("action", ActionsInWords),)
    search_fields = ("actor_name", "=person_id_number")
    date_hierarchy = "at"
    fields = ("at", "actor_name", "what", "person_id_number", "in_words")
    readonly_fields = fields

    @admin.display(description=_("action"), ordering="action")
    def what(self, row: BiometricAccess) -> str:
        return access_labels.action(row.action)

    @admin.display(description=_("detail"))
    def in_words(self, row: BiometricAccess) -> str:
        return access_labels.detail(row.detail) or "–"


def _rounded(measure: float | None) -> str:
    """Three digits tell sightings apart."""
    return "–" if measure is None else f"{measure:.3f}"
