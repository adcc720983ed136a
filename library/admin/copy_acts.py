"""What librarians do to several copies at once, by the same rules as on a title's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from config.web.admin.bulk import BulkAct
from library.circulation import inventory
from library.models import Branch, Copy


class LocationForm(forms.Form):
    location = forms.CharField(label=_("Location"), max_length=120, required=False)


def set_location() -> BulkAct:
    return BulkAct(
        title=_("Change the location"),
        form=LocationForm,
        act=_move,
        done=ngettext_lazy("%(n)d copy has the new location.", "%(n)d copies have the new location.", "n"),
        log=_("Location changed in the list"),
    )


def _move(copy: Copy, chosen: dict[str, Any]) -> None:
    copy.location = chosen["location"]
    copy.save(update_fields=["location"])


class BranchForm(forms.Form):
    branch = forms.ModelChoiceField(Branch.objects.all(), label=_("Branch"), required=False, empty_label=_("No branch"))


def set_branch() -> BulkAct:
    return BulkAct(
        title=_("Change the branch"),
        form=BranchForm,
        act=_rehouse,
        done=ngettext_lazy("%(n)d copy has the new branch.", "%(n)d copies have the new branch.", "n"),
        log=_("Branch changed in the list"),
    )


def _rehouse(copy: Copy, chosen: dict[str, Any]) -> None:
    copy.branch = chosen["branch"]
    copy.save(update_fields=["branch"])


def mark_lost(by: User) -> BulkAct:
    return BulkAct(
        title=_("Record as lost"),
        explain=_("Who has one of them on loan is charged for it, as the loan policy says."),
        act=lambda copy, _chosen: inventory.mark_lost(copy, by=by),
        done=ngettext_lazy("%(n)d copy is recorded as lost.", "%(n)d copies are recorded as lost.", "n"),
        log=_("Recorded as lost in the list"),
    )


def withdraw(by: User) -> BulkAct:
    return BulkAct(
        title=_("Withdraw from the library"),
        explain=_("Withdrawn copies are no longer found or lent. Their history stays, and each can be restored."),
        act=lambda copy, _chosen: inventory.withdraw(copy, by=by),
        done=ngettext_lazy("%(n)d copy was withdrawn.", "%(n)d copies were withdrawn.", "n"),
        log=_("Withdrawn in the list"),
    )
