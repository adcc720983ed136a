"""What may be chosen: the courses, people, departments and groups of which the reader may see anything."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department, User
from attendance.models import SETTABLE, Course, Enrollment, TimetableRule
from attendance.reports.periods import DAYS
from attendance.reports.queries import ReportKind, Wanted, arrival_words
from attendance.reports.reports import kinds_for
from attendance.reports.scope import Reader
from attendance.rules.arrivals import bins
from attendance.rules.visibility import courses_for, keeps_rolls, records_for
from config.tables import Words


def courses_seen_by(by: Reader) -> QuerySet[Course]:
    """Those whose rolls they keep, and those in which they are on the roll."""
    if by is None:
        return Course.objects.all()
    own = Q(pk__in=courses_for(by).values("pk"))
    attended = Q(pk__in=by.attendance.order_by().values("session__course"))
    return Course.objects.filter(own | attended | Q(pk__in=by.enrollments.order_by().values("course")))


def person_seen_by(by: Reader, id_number: str) -> User | None:
    """None also for a person who exists, but of whom the reader may see nothing."""
    person = User.objects.filter(id_number__iexact=id_number).first()
    if person is None or by is None or by.is_administrator or person == by:
        return person
    known = records_for(by).filter(person=person).exists()
    return person if known or Enrollment.objects.filter(person=person, course__in=courses_for(by)).exists() else None


class PeriodForm(forms.Form):
    """Whom and when it is about. Names of the fields are those of the address and of the command's options."""

    course = forms.ModelChoiceField(
        Course.objects.none(),
        to_field_name="code",
        required=False,
        label=gettext_lazy("Course"),
        empty_label=gettext_lazy("All courses"),
        error_messages={"invalid_choice": gettext_lazy("There is no such course, or it is not one of yours.")},
    )
    department = forms.ModelChoiceField(
        Department.objects.all(),
        to_field_name="code",
        required=False,
        label=gettext_lazy("Department of the person"),
        empty_label=gettext_lazy("All departments"),
        error_messages={"invalid_choice": gettext_lazy("There is no such department.")},
    )
    group = forms.CharField(max_length=40, required=False, label=gettext_lazy("Group in the course"))
    person = forms.CharField(max_length=32, required=False, label=gettext_lazy("Person (id number)"))

    def __init__(self, data: Any, *, by: Reader) -> None:
        super().__init__(data)
        self.by = by
        self.fields["course"].queryset = courses_seen_by(by)  # type: ignore[attr-defined]
        self.fields["from"] = _day_field(_("From"))
        self.fields["to"] = _day_field(_("To"))
        if by is not None and not keeps_rolls(by):  # only their own records
            for name in ("department", "group", "person"):
                del self.fields[name]

    def clean_person(self) -> User | None:
        id_number = self.cleaned_data["person"].strip()
        person = person_seen_by(self.by, id_number) if id_number else None
        if id_number and person is None:
            raise ValidationError(
                _("You cannot see the attendance of a person with the id number '%s', or there is no such person.")
                % id_number
            )
        return person

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("group") and not data.get("course") and "course" not in self.errors:
            self.add_error("group", _("Choose a course as well. Groups belong to a course."))
        since, until = self.since_and_until()
        if until < since:
            self.add_error("to", _("The period ends before it begins."))
        return data

    def since_and_until(self) -> tuple[date, date]:
        """The last DAYS days, as far as nothing else is said."""
        since, until = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        until = until or max(timezone.localdate(), since or date.min)
        return since or until - timedelta(days=DAYS - 1), until

    def wanted(self, kind: str = ReportKind.RECORDS) -> Wanted:
        """Of a form that is valid."""
        since, until = self.since_and_until()
        chosen = {name: self.cleaned_data.get(name) for name in ("course", "person", "department")}
        said = {name: self.cleaned_data.get(name, "") for name in ("group", "status")}
        said |= {"course_kind": self.cleaned_data.get("course_kind", "")}
        numbers = {name: self.cleaned_data.get(name) for name in ("weekday", "hour", "arrival")}
        return Wanted(self.cleaned_data.get("kind") or kind, since, until, **chosen, **said, **numbers)  # type: ignore[arg-type]

    def people(self) -> QuerySet[Enrollment] | list[Enrollment]:
        """Suggestions for the field `person`: who is enrolled in the course that was chosen."""
        course = self.cleaned_data.get("course")
        if course is None or "person" not in self.fields or not courses_for(self.by).filter(pk=course.pk).exists():
            return []
        return course.enrollments.select_related("person")


HOURS = ("course_kind", "weekday", "hour", "arrival")  # what a click on a chart narrows by
ARRIVALS = [(number, lazy(arrival_words, str)(number)) for number in range(len(bins()) + 1)]


def _numbers(choices: Any, every: Words, label: Any) -> forms.TypedChoiceField:
    """One of some numbers, or None for every one."""
    return forms.TypedChoiceField(
        choices=[("", every), *choices], coerce=int, empty_value=None, required=False, label=label
    )


class ReportForm(PeriodForm):
    kind = forms.ChoiceField(required=False, label=gettext_lazy("Report"))
    status = forms.ChoiceField(
        required=False, choices=[("", gettext_lazy("Every status")), *SETTABLE], label=gettext_lazy("Status")
    )
    course_kind = forms.ChoiceField(
        required=False,
        choices=[("", gettext_lazy("Classes and premises")), *Course.Kind.choices],
        label=gettext_lazy("Kind of course"),
    )
    weekday = _numbers(TimetableRule.Weekday.choices, gettext_lazy("Every weekday"), gettext_lazy("Weekday"))
    hour = _numbers(
        [(hour, f"{hour}:00–{hour}:59") for hour in range(24)],
        gettext_lazy("Every hour"),
        gettext_lazy("Session began"),
    )
    arrival = _numbers(ARRIVALS, gettext_lazy("Any time or never"), gettext_lazy("First seen"))
    field_order = ("kind", "course", "from", "to", "status", "department", "group", "person", *HOURS)

    def __init__(self, data: Any, *, by: Reader) -> None:
        super().__init__(data, by=by)
        choices = [(kind.value, kind.label) for kind in kinds_for(by)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") in (ReportKind.PREMISES, ReportKind.HALF_DAYS):
            for name in ("weekday", "hour", "arrival"):
                if data.get(name) is not None:
                    self.add_error(
                        name, _("This report cannot be narrowed by it. Leave it open, or choose another one.")
                    )
        return data


def _day_field(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(required=False, label=label, widget=widget, input_formats=["%Y-%m-%d"])
