"""What administrators do to one or several people from the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from accounts.admin.forms import SetPinForm
from accounts.credentials import lost_cards
from accounts.identity.signed_in import asker
from accounts.models import Department, User
from accounts.people import lifecycle
from accounts.people.lifecycle import set_active
from accounts.roles import Role
from config.web.admin.bulk import BulkAct, ask_then_do


class DepartmentForm(forms.Form):
    department = forms.ModelChoiceField(Department.objects.all(), label=gettext_lazy("Department"), required=False)


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[choice for choice in Role.choices if choice[0] != Role.ADMINISTRATOR]
    )


class BulkPersonActs(UserAdmin):
    """To several at once, each through its rule, after a page that asks."""

    @admin.action(description=gettext_lazy("Change the department"), permissions=["change"])
    def set_department(self, request: HttpRequest, queryset: QuerySet[User]) -> Any:
        act = BulkAct(
            title=gettext_lazy("Change the department"),
            form=DepartmentForm,
            act=lambda person, chosen: lifecycle.move_to(person, chosen["department"]),
            done=ngettext_lazy("%(n)d person has the new department.", "%(n)d people have the new department.", "n"),
            log=gettext_lazy("Department changed in the list"),
        )
        return ask_then_do(self, request, queryset, act)

    @admin.action(description=gettext_lazy("Change the role"), permissions=["change"])
    def set_role(self, request: HttpRequest, queryset: QuerySet[User]) -> Any:
        by = asker(request)
        act = BulkAct(
            title=gettext_lazy("Change the role"),
            explain=gettext_lazy("What a person may open and do follows from the role, from their next page on."),
            form=RoleForm,
            act=lambda person, chosen: lifecycle.set_role(person, chosen["role"], by=by),
            done=ngettext_lazy("%(n)d person has the new role.", "%(n)d people have the new role.", "n"),
            log=gettext_lazy("Role changed in the list"),
        )
        return ask_then_do(self, request, queryset, act)

    @admin.action(description=gettext_lazy("Block the cards"), permissions=["change"])
    def block_cards(self, request: HttpRequest, queryset: QuerySet[User]) -> Any:
        by = asker(request)
        act = BulkAct(
            title=gettext_lazy("Block the cards"),
            explain=gettext_lazy("Each card stops working at once, as if it had been reported lost."),
            act=lambda person, _chosen: lost_cards.report(person, by=by),
            done=ngettext_lazy("%(n)d card was blocked.", "%(n)d cards were blocked.", "n"),
            log=gettext_lazy("Card blocked in the list"),
        )
        return ask_then_do(self, request, queryset, act)


class PersonActions(BulkPersonActs):
    actions = ("set_pin_of_one", "activate", "deactivate", "set_department", "set_role", "block_cards")

    @admin.action(description=gettext_lazy("Activate"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._switch(request, queryset, on=True)

    @admin.action(description=gettext_lazy("Deactivate"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._switch(request, queryset, on=False)

    def _switch(self, request: HttpRequest, people: QuerySet[User], *, on: bool) -> None:
        for person in people:
            set_active(person, on, by=asker(request))
        messages.success(request, _switched(len(people), on=on))

    @admin.action(description=gettext_lazy("Set the PIN"), permissions=["change"])
    def set_pin_of_one(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        if len(queryset) != 1:
            messages.error(request, _("Choose one person only. Each person has their own PIN."))
            return None
        return redirect("admin:accounts_user_pin", queryset[0].pk)

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/pin/", self.admin_site.admin_view(self.pin), name="accounts_user_pin"),
            *super().get_urls(),
        ]

    def pin(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give someone a new PIN, for example at the desk after they forgot it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        person = get_object_or_404(User, pk=pk)
        form = SetPinForm(request.POST or None, person=person, editor=request.user)
        if form.is_valid():
            messages.success(request, _("The PIN of %s has been set.") % person.get_full_name())
            return redirect("admin:accounts_user_change", pk)
        context = self.admin_site.each_context(request) | {"form": form, "person": person, "opts": self.opts}
        return render(request, "admin/accounts/user/pin.html", context | {"title": _("Set the PIN")})


def _switched(number: int, *, on: bool) -> str:
    if on:
        words = ngettext("%(n)d person was activated.", "%(n)d people were activated.", number)
    else:
        words = ngettext("%(n)d person was deactivated.", "%(n)d people were deactivated.", number)
    return words % {"n": number}
