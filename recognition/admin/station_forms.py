"""A station's form: roster rules to choose from, and a wrong one refused while someone still looks at it."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext_lazy as _

from accounts.roles import Purpose
from config.errors import Refused
from recognition.models import Station
from recognition.stations import liveness_policy, rosters, stations

RULES = {"everyone": _("Everyone enrolled for this purpose"), "department": _("People in one department")}


class StationForm(forms.ModelForm):
    roster_rule = forms.ChoiceField(
        label=_("Roster rule"), choices=lambda: _rules(), help_text=_("The people this station looks for.")
    )

    class Meta:
        model = Station
        fields = "__all__"  # noqa: DJ007  the admin's fieldsets choose

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "purpose" in self.fields:
            self.fields["purpose"].help_text = _only_greeted()
        if "liveness" in self.fields:
            self.fields["liveness"].required = False  # what no one chooses follows the place
        if "idle_after" in self.fields:
            self.fields["idle_after"].required = False

    def clean_idle_after(self) -> int:
        """Empty is what a new station has."""
        given: int | None = self.cleaned_data["idle_after"]
        return Station._meta.get_field("idle_after").default if given is None else given

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if self.instance.pk and "purpose" in cleaned:
            self._try_purpose(cleaned["purpose"])
        if "roster_rule" in cleaned and "purpose" in cleaned:
            self._try_roster(cleaned)
        if {"purpose", "view", "liveness"} <= cleaned.keys():
            self._try_liveness(cleaned)
        self._try_hours(cleaned.get("opens_at"), cleaned.get("closes_at"))
        return cleaned

    def _try_hours(self, opens_at: time | None, closes_at: time | None) -> None:
        try:
            stations.require_whole_hours(opens_at, closes_at)
        except Refused as refusal:
            self.add_error("closes_at", refusal.message)

    def _try_liveness(self, cleaned: dict[str, Any]) -> None:
        """What was chosen, where there is a choice. What no one has touched follows the place."""
        purpose, view = cleaned["purpose"], cleaned["view"]
        if not cleaned["liveness"] or "liveness" not in self.changed_data:
            before = self.instance if self.instance.pk else None
            cleaned["liveness"] = liveness_policy.following(before, purpose, view)
            return
        try:
            liveness_policy.require_possible(purpose, view, cleaned["liveness"])
        except Refused as refusal:
            self.add_error("liveness", refusal.message)

    def _try_purpose(self, purpose: str) -> None:
        try:
            stations.require_same_purpose(self.instance.pk, purpose)
        except Refused as refusal:
            self.add_error("purpose", refusal.message)

    def _try_roster(self, cleaned: dict[str, Any]) -> None:
        """Ask the rule itself, so that rules of other apps are checked too."""
        names = ("slug", "purpose", "roster_rule", "roster_value")
        station = Station(**{name: cleaned.get(name, "") for name in names})
        try:
            rosters.rule_named(station.roster_rule)(station)
        except Refused as refusal:
            self.add_error("roster_value", refusal.message)


class CameraForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the camera"), max_length=100, help_text=_("For example, where it is mounted.")
    )


def _only_greeted() -> str:
    """Which purposes do nothing of their own yet, said where one is chosen."""
    names: list[Any] = [purpose.label for purpose in Purpose if purpose.value not in settings.STATION_APPS]
    if not names:
        return ""
    return _("%(purposes)s: people are greeted and recorded, but nothing else happens yet.") % {
        "purposes": get_text_list(names, _("and"))
    }


def _rules() -> list[tuple[str, Any]]:
    return [(name, RULES.get(name, name.replace("_", " ").capitalize())) for name in rosters.all_rules()]
