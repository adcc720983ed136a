"""What teachers fill in. The rules behind the fields live in the services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from attendance.models import Course, OwnStatus, TimetableRule
from attendance.rules.times import meeting
from attendance.sessions.sessions import LONGEST_NOTE
from attendance.sessions.timetable import site_zone


class StartForm(forms.Form):
    course = forms.ModelChoiceField(
        queryset=Course.objects.none(), label=_("Course"), to_field_name="code", empty_label=_("Choose a course")
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=24 * 60, initial=60)

    def __init__(self, *args: Any, courses: QuerySet[Course], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses.filter(active=True)  # type: ignore[attr-defined]


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        help_text=_("Shown on the page of the session. Can be left empty."),
    )


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Note on this session"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only people who keep this roll can see it."),
    )


class RulesForm(forms.ModelForm):
    """What a course asks for. Whom it looks for and in which room is the administrator's."""

    class Meta:
        model = Course
        fields = (
            "late_after",
            "early_before",
            "min_presence",
            "sightings_needed",
            "interval",
            "gap_limit",
            "open_before",
            "at_risk_below",
            "warns",
            "warns_most",
            "notify",
        )


class ExcuseForm(forms.Form):
    """For which days, for which course, why, and a file that proves it."""

    course = forms.ModelChoiceField(
        queryset=Course.objects.none(),
        label=_("Course"),
        to_field_name="code",
        required=False,
        empty_label=_("All courses (the office decides)"),
    )
    since = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Reason"), max_length=500)
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        help_text=_("A photo, or a PDF of up to 2 MB. It is encrypted. Only you and those who decide can open it."),
    )

    def __init__(self, *args: Any, courses: QuerySet[Course], every: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.queryset, field.required = courses, not every
        if not every:
            field.empty_label = _("Choose a course")


class OwnStatusForm(forms.ModelForm):
    """One status of a set."""

    class Meta:
        model = OwnStatus
        fields = ("short", "label", "kind", "points")


OwnStatusForms = forms.modelformset_factory(OwnStatus, OwnStatusForm, extra=1, can_delete=True, max_num=20)


class LineForm(forms.ModelForm):
    """One line of a timetable."""

    class Meta:
        model = TimetableRule
        fields = ("weekday", "starts", "ends", "first_day", "last_day", "interval", "group")
        widgets = {
            "starts": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "ends": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "first_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekday"].choices = TimetableRule.Weekday.choices  # type: ignore[attr-defined]
        self.fields["interval"].required = False  # every week, where nothing is said

    def clean_interval(self) -> int:
        return self.cleaned_data["interval"] or 1


class OneMoreForm(forms.Form):
    """One more session, outside the timetable, in the site's own time."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(label=_("Starts"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(
        label=_("Ends"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("If it is not after the start: on the next day."),
    )

    def times(self) -> tuple[datetime, datetime]:
        """Start and end as moments; an hour that daylight saving skips or repeats is taken as in timetables."""
        given = self.cleaned_data
        return meeting(given["day"], given["starts"], given["ends"], site_zone())


class RecordPeriodForm(forms.Form):
    """Which records: of which course, and from which day to which."""

    course = forms.ChoiceField(label=_("Course"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, courses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].choices = [("", _("All courses")), *courses]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("This day is before the first day."))
        return given
