"""Consents: recorded and withdrawn through the services, never edited, never deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.consent.consent import give_consent, require_say, withdraw_consent
from accounts.consent.notices import current_notice
from accounts.identity.signed_in import asker
from accounts.models import Consent
from accounts.roles import ENROLS_FOR, Purpose
from config.errors import Refused
from config.web.admin.lookups import OnlyItsFilters


class ConsentForm(forms.ModelForm):
    """What someone told us. The choices are the purposes that the recorder's role looks after."""

    recorder: Any = None

    class Meta:
        model = Consent
        fields = ("person", "purpose")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = ENROLS_FOR.get(self.recorder.role, frozenset())
        self.fields["purpose"] = forms.ChoiceField(
            label=gettext_lazy("Purpose"),
            choices=[choice for choice in Purpose.choices if choice[0] in mine],
            help_text=gettext_lazy("The person has read the newest notice for this purpose and agreed to it."),
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        if "person" in self.cleaned_data and "purpose" in self.cleaned_data:
            self._ask_the_rules()
        return self.cleaned_data

    def _ask_the_rules(self) -> None:
        person, purpose = self.cleaned_data["person"], self.cleaned_data["purpose"]
        try:
            require_say(self.recorder, person, purpose)
        except Refused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        if current_notice(purpose) is None:
            raise ValidationError(
                _("There is no privacy notice for this purpose yet. Add one first."), code="no_notice"
            )


@admin.register(Consent)
class ConsentAdmin(OnlyItsFilters):
    form = ConsentForm
    change_form_template = "admin/accounts/consent/change_form.html"
    list_display = ("person", "purpose", "stands", "given_at", "withdrawn_at", "recorded_by")
    list_filter = ("purpose", ("standing", admin.EmptyFieldListFilter), "given_at")
    list_select_related = ("person", "recorded_by")
    search_fields = ("person__id_number", "person__first_name", "person__last_name")
    autocomplete_fields = ("person",)
    date_hierarchy = "given_at"
    actions = None
    _SHOWN = ("person", "purpose", "notice", "given_at", "recorded_by", "withdrawn_at", "withdrawn_by")

    @admin.display(description=gettext_lazy("in force"), boolean=True, ordering="standing")
    def stands(self, consent: Consent) -> bool:
        return bool(consent.standing)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consent]:
        return super().get_queryset(request).filter(purpose__in=ENROLS_FOR.get(asker(request).role, ()))

    def get_fields(self, request: HttpRequest, obj: Consent | None = None) -> tuple[str, ...]:
        return self._SHOWN if obj else ("person", "purpose")

    def get_form(self, request: HttpRequest, obj: Consent | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"recorder": request.user})

    def save_model(self, request: HttpRequest, obj: Consent, form: Any, change: bool) -> None:
        given = give_consent(obj.person, obj.purpose, by=asker(request))
        obj.__dict__.update(given.__dict__)  # the admin goes on with the row that stands

    def has_change_permission(self, request: HttpRequest, obj: Consent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Consent | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        withdraw = self.admin_site.admin_view(self.withdraw)
        return [path("<int:pk>/withdraw/", withdraw, name="accounts_consent_withdraw"), *super().get_urls()]

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks first (GET), withdraws on POST."""
        consent = self.get_queryset(request).select_related("person").filter(pk=pk, standing=True).first()
        if not request.user.has_perm("accounts.change_consent"):
            raise PermissionDenied
        if consent is None:
            raise Http404
        if request.method != "POST":
            context = self.admin_site.each_context(request) | {"consent": consent, "opts": self.opts}
            context["title"] = _("Withdraw a consent")
            return render(request, "admin/accounts/consent/withdraw.html", context)
        withdraw_consent(consent.person, consent.purpose, by=asker(request))
        messages.success(request, _("Withdrawn. The face data kept for this purpose has been erased."))
        return redirect("admin:accounts_user_change", consent.person_id)
