"""People. Administrators change them; other staff may look."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.admin.actions import PersonActions
from accounts.admin.filters import StandingConsent, Validity
from accounts.admin.forms import PersonChangeForm, PersonForm
from accounts.admin.imports import PeopleFiles
from accounts.admin.rights import PersonRights
from accounts.identity.signed_in import asker
from accounts.models import Consent, User
from accounts.roles import ENROLS_FOR
from accounts.views.person.page import page_context
from config.ops.registries.person_sections import sections_for
from config.web.admin.lookups import OnlyItsFilters
from config.web.menu import tools_for

_WHO: Any = (gettext_lazy("Person"), {"fields": (("first_name", "last_name"), "id_number", ("email", "language"))})
_PLACE: Any = (
    pgettext_lazy("in the institution", "Place"),
    {"fields": (("affiliation", "department"), ("valid_from", "valid_until"))},
)
_GUARDIAN: Any = (gettext_lazy("Guardian"), {"fields": (("guardian_name", "guardian_email"),)})
_ACCESS: Any = (gettext_lazy("Access"), {"fields": ("role", "card_barcode", "is_active")})
_SIGN_IN: Any = (gettext_lazy("Signing in"), {"fields": ("password", "pin_is_set", "last_login", "date_joined")})


class ConsentHistory(admin.TabularInline):
    """What the person agreed to, and when they took it back. For reading."""

    model = Consent
    fk_name = "person"
    fields = ("purpose", "notice", "given_at", "recorded_by", "withdrawn_at", "withdraw")
    readonly_fields = fields
    extra = 0
    can_delete = False
    verbose_name_plural = gettext_lazy("Consents")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consent]:
        seen = super().get_queryset(request).filter(purpose__in=ENROLS_FOR.get(asker(request).role, ()))
        return seen.select_related("notice", "recorded_by")

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    @admin.display(description="")
    def withdraw(self, consent: Consent) -> SafeString | str:
        if not consent.standing:
            return ""
        return format_html(
            '<a href="../../../consent/{}/withdraw/">{}</a>', consent.pk, pgettext("consent", "Withdraw")
        )


def _links_for(viewer: User) -> Any:
    """The list's last column: where else this person can be worked on."""

    @admin.display(description="")
    def links(person: User) -> SafeString:
        tools = ((tool.url, tool.title) for tool in tools_for(person, viewer))
        return format_html_join(" ", '<a href="{}">{}</a>', tools)

    return links


@admin.register(User)
class PersonAdmin(OnlyItsFilters, PeopleFiles, PersonRights, PersonActions):
    form = PersonChangeForm
    add_form = PersonForm
    add_form_template = None
    change_form_template = "admin/accounts/user/change_form.html"
    list_display = ("full_name", "id_number", "role", "affiliation", "department", "validity", "agreed_to")
    list_display_links = ("full_name", "id_number")
    list_filter = ("role", "affiliation", Validity, StandingConsent, "department")
    list_select_related = ("department",)
    list_per_page = 50
    search_fields = ("id_number", "first_name", "last_name", "email", "=card_barcode")
    search_help_text = gettext_lazy("Name, id number, e-mail or card")
    ordering = ("last_name", "first_name", "id_number")
    filter_horizontal = ()
    autocomplete_fields = ("department",)
    fieldsets = (_WHO, _GUARDIAN, _PLACE, _ACCESS, _SIGN_IN)
    add_fieldsets = (_WHO, _GUARDIAN, _PLACE, _ACCESS)
    readonly_fields = ("pin_is_set", "last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        mine = ENROLS_FOR.get(asker(request).role, ())
        standing = Consent.objects.filter(standing=True, purpose__in=mine).order_by("purpose")
        return super().get_queryset(request).prefetch_related(Prefetch("consents", standing, "standing_consents"))

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Other staff see no card (it opens doors) and nothing about signing in."""
        if self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return (_WHO, _GUARDIAN, _PLACE, (_ACCESS[0], {"fields": ("role", "is_active")}))

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        return [ConsentHistory] if obj else []

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Other staff do not search by card either."""
        return self.search_fields if self.has_change_permission(request) else self.search_fields[:-1]

    def get_list_display(self, request: HttpRequest) -> Any:
        return (*self.list_display, _links_for(asker(request)))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("People"), **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        person = context.get("original")
        context["tools"] = tools_for(person, asker(request)) if person else []
        if person:
            context |= page_context(request, person, sections_for(asker(request), person))
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def full_name(self, person: User) -> str:
        return person.get_full_name()

    @admin.display(description=gettext_lazy("valid"), boolean=True)
    def validity(self, person: User) -> bool:
        return person.may_sign_in

    @admin.display(description=gettext_lazy("agreed to"))
    def agreed_to(self, person: Any) -> SafeString | str:
        badges = ((consent.get_purpose_display(),) for consent in person.standing_consents)
        return format_html_join(" ", '<span class="badge success">{}</span>', badges) or "–"

    @admin.display(description="PIN")
    def pin_is_set(self, person: User) -> str:
        return _("set") if person.pin else _("none")
