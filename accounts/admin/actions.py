"""What administrators do to one or several people from the list."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.forms import SetPinForm
from accounts.identity.signed_in import asker
from accounts.models import User
from accounts.people.lifecycle import set_active


class PersonActions(UserAdmin):
    actions = ("set_pin_of_one", "activate", "deactivate")

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
