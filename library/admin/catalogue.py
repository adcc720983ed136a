"""Titles and copies. A copy's status is the ledger's business: the desk, the shelves and the return slot change it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy

from accounts.identity.signed_in import asker
from config.errors import Refused
from config.web.admin.bulk import ask_then_do
from config.web.admin.lookups import EmptyHasAName
from library.admin import copy_acts
from library.admin.branches import NoTraceOfBranches, StatusFilter
from library.admin.holdings import ShowsHoldings
from library.catalogue import label_choice, labels
from library.catalogue import search as searching
from library.models import Branch, Copy, Title
from library.rules.lending import CopyStatus


class CopyInline(NoTraceOfBranches, admin.TabularInline[Copy, Title]):
    model = Copy
    extra = 0
    fields = ("barcode", "item_type", "branch", "location", "status", "price", "acquired_on", "note")
    readonly_fields = ("status",)
    can_delete = False


@admin.register(Title)
class TitleAdmin(ShowsHoldings):
    list_display = ("title", "authors", "isbn", "year", "call_number")
    list_filter = (("language", EmptyHasAName),)
    search_fields = ("title", "authors", "isbn")
    search_help_text = gettext_lazy("Words from the title or author, or an ISBN. Accents and capitals do not matter.")
    show_full_result_count = False
    fields = (
        "title",
        "authors",
        "isbn",
        "edition",
        "publisher",
        "year",
        "subjects",
        "call_number",
        "language",
        "title_original",
        "authors_original",
        "publisher_original",
    )
    inlines = (CopyInline,)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Title], search_term: str
    ) -> tuple[QuerySet[Title], bool]:
        """As the search page finds them."""
        return searching.with_words(queryset, search_term) if search_term.strip() else queryset, False


@admin.register(Copy)
class CopyAdmin(NoTraceOfBranches, ShowsHoldings):
    list_display = ("barcode", "title", "location", "item_type", "status", "seen_at")
    list_filter = (("status", StatusFilter), "item_type")
    list_select_related = ("title",)
    search_fields = ("barcode", "rfid_tag", "location")
    show_full_result_count = False
    autocomplete_fields = ("title",)
    fields = (
        "title",
        "barcode",
        "rfid_tag",
        "has_eas",
        "item_type",
        "branch",
        "location",
        "status",
        "price",
        "acquired_on",
        "note",
        "seen_at",
    )
    readonly_fields = ("seen_at",)
    actions = ("print_labels", "set_location", "set_branch", "mark_lost", "withdraw")

    @admin.action(description=gettext_lazy("Print labels"), permissions=["view"])
    def print_labels(self, request: HttpRequest, queryset: QuerySet[Copy]) -> HttpResponse | None:
        """On the usual sheet, from its first label on; the page Labels has the other ones."""
        try:
            made = labels.pdf(label_choice.labels_of(queryset))
        except Refused as refusal:
            messages.error(request, refusal.message)
            return None
        headers = {"Content-Disposition": content_disposition_header(True, "labels.pdf") or "attachment"}
        return HttpResponse(made, content_type="application/pdf", headers=headers)

    @admin.action(description=gettext_lazy("Change the location"), permissions=["change"])
    def set_location(self, request: HttpRequest, queryset: QuerySet[Copy]) -> Any:
        return ask_then_do(self, request, queryset, copy_acts.set_location())

    @admin.action(description=gettext_lazy("Change the branch"), permissions=["change"])
    def set_branch(self, request: HttpRequest, queryset: QuerySet[Copy]) -> Any:
        return ask_then_do(self, request, queryset, copy_acts.set_branch())

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found = super().get_actions(request)
        if not Branch.objects.exists():
            found.pop("set_branch", None)
        return found

    @admin.action(description=gettext_lazy("Record as lost"), permissions=["change"])
    def mark_lost(self, request: HttpRequest, queryset: QuerySet[Copy]) -> Any:
        return ask_then_do(self, request, queryset, copy_acts.mark_lost(asker(request)))

    @admin.action(description=gettext_lazy("Withdraw from the library"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Copy]) -> Any:
        return ask_then_do(self, request, queryset, copy_acts.withdraw(asker(request)))

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only a return sets a copy on its way."""
        if db_field.name == "status":
            kwargs["choices"] = [choice for choice in Copy.STATUSES if choice[0] != CopyStatus.IN_TRANSIT]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A new copy may be for reference only; later the status follows what happens to the book."""
        return ("status", "seen_at") if obj else ("seen_at",)
