"""What happened, to look at. Changes are made at the desk, where the rules are asked."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from config.web.admin.lookups import EmptyHasAName, OnlyItsFilters
from config.web.admin.rights import AdministratorsRead, ReadOnlyAdmin
from library.catalogue import search as searching
from library.models import (
    CirculationEvent,
    ExitPass,
    Fine,
    FineEntry,
    HelpRequest,
    HistoryChoice,
    Hold,
    Loan,
    PatronBlock,
    Visit,
)

PERSON = ("person__id_number", "person__first_name", "person__last_name")


@admin.register(Loan)
class LoanAdmin(ReadOnlyAdmin):
    list_display = ("copy", "person", "taken_at", "due_at", "returned_at", "renewals", "station")
    list_filter = (("returned_at", admin.EmptyFieldListFilter),)
    list_select_related = ("copy", "person")
    date_hierarchy = "taken_at"
    search_fields = ("copy__barcode", *PERSON)
    fields = ("copy", "person", "taken_at", "due_at", "returned_at", "renewals", "station", "by", "visit")


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin):
    list_display = ("person", "entered_at", "left_at", "entry_station", "exit_station", "lane", "how_ended")
    list_filter = (("how_ended", EmptyHasAName), "lane")
    list_select_related = ("person",)
    date_hierarchy = "entered_at"
    search_fields = PERSON
    fields = ("person", "entered_at", "left_at", "entry_station", "exit_station", "lane", "how_ended")


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    list_display = ("title", "person", "state", "placed_at", "pick_up_by", "copy")
    list_filter = ("state",)
    list_select_related = ("title", "person", "copy")
    search_fields = PERSON
    search_help_text = gettext_lazy("Words from the title, or a person's name or id number.")
    fields = ("title", "person", "state", "placed_at", "ready_at", "pick_up_by", "copy")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Hold], search_term: str
    ) -> tuple[QuerySet[Hold], bool]:
        """By person, or by a title as the search page finds it."""
        people, twice = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return people, twice
        return people | queryset.filter(title__in=searching.search(search_term).order_by().values("pk")), twice


@admin.register(ExitPass)
class ExitPassAdmin(ReadOnlyAdmin):
    list_display = ("decided_at", "person", "allowed", "reason", "loans", "station", "gate_answer")
    list_filter = ("allowed", ("reason", EmptyHasAName), ("station", EmptyHasAName))
    list_select_related = ("person",)
    date_hierarchy = "decided_at"
    search_fields = PERSON
    fields = ("person", "allowed", "reason", "loans", "station", "decided_at", "used_at", "gate", "gate_answer")


@admin.register(CirculationEvent)
class CirculationEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "person", "copy", "station")
    list_filter = ("kind",)
    list_select_related = ("person", "copy")
    date_hierarchy = "at"
    search_fields = ("copy__barcode", *PERSON)
    fields = ("at", "kind", "person", "copy", "loan", "station", "detail")


@admin.register(HistoryChoice)
class HistoryChoiceAdmin(AdministratorsRead, OnlyItsFilters):
    """Whose finished loans are forgotten sooner, for administrators who are asked; a reader decides alone."""

    list_display = ("person", "days", "chosen_at")
    list_filter = ("chosen_at",)
    list_select_related = ("person",)
    search_fields = PERSON
    fields = ("person", "days", "chosen_at")


@admin.register(HelpRequest)
class HelpRequestAdmin(ReadOnlyAdmin):
    list_display = ("at", "station", "cause", "person", "answered_by", "closed_at", "end")
    list_filter = ("cause", ("end", EmptyHasAName), "station")
    list_select_related = ("person", "answered_by")
    date_hierarchy = "at"
    search_fields = ("=station", *PERSON)
    fields = ("at", "station", "cause", "code", "copy", "person", "answered_at", "answered_by", "closed_at", "end")


@admin.register(PatronBlock)
class PatronBlockAdmin(ReadOnlyAdmin):
    list_filter = ("since",)
    list_display = ("person", "reason", "since", "by")
    list_select_related = ("person", "by")
    search_fields = PERSON
    fields = ("person", "reason", "since", "by")


class FineEntryInline(admin.TabularInline[FineEntry, Fine]):
    model = FineEntry
    extra = 0
    can_delete = False
    fields = readonly_fields = ("at", "kind", "amount", "by", "reason", "note")

    def has_add_permission(self, request: HttpRequest, obj: Fine | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Fine | None = None) -> bool:
        return request.user.has_perm("library.view_fine")


@admin.register(Fine)
class FineAdmin(ReadOnlyAdmin):
    search_fields = (
        "=loan__copy__barcode",
        "loan__copy__title__title",
        "loan__person__id_number",
        "loan__person__first_name",
        "loan__person__last_name",
    )
    list_display = ("loan", "kind", "amount", "made_at", "settled_at", "settled_by", "waived")
    list_filter = ("kind", "waived")
    list_select_related = ("loan__copy", "settled_by")
    fields = ("loan", "kind", "amount", "made_at", "settled_at", "settled_by", "waived")
    inlines = (FineEntryInline,)
