"""A course's form with its timetable: what would collide is refused while the form is still open."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from attendance.models import Course, Enrollment, TimetableRule
from attendance.sessions import timetable
from config.errors import Refused

MOST_IN_LINE = 60  # enrolments on the course's page; longer rosters have their own list


class CourseForm(forms.ModelForm):
    class Meta:
        model = Course
        fields = "__all__"  # noqa: DJ007  the admin's fieldsets choose

    def clean_teachers(self) -> Any:
        teachers = self.cleaned_data["teachers"]
        for person in teachers:
            if person.role not in (Role.TEACHER, Role.ADMINISTRATOR):
                words = _("%(name)s is not a teacher. Give them the role Teacher on their own page first.")
                raise ValidationError(words % {"name": person.get_full_name()}, code="no_teacher")
        return teachers

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.instance.chosen_stations = cleaned.get("stations", ())  # for the timetable below, before they are saved
        return cleaned


class TimetableFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """All lines together, as they would stand: against each other, and against other courses in the same rooms."""
        super().clean()
        if any(self.errors):
            return
        try:
            stations = getattr(self.instance, "chosen_stations", ())
            timetable.refuse_colliding_lines(self.instance, self._lines(), stations)
        except Refused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal

    def _lines(self) -> list[TimetableRule]:
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return [form.instance for form in kept]


class NameOnly(forms.Widget):
    """A person who is enrolled already, for reading."""

    def __init__(self, person: User) -> None:
        super().__init__()
        self.person = person

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html("<strong>{}</strong>", self.person)


class FixedPerson(forms.Field):
    """Always this person, without a question to the database for each line."""

    def __init__(self, person: User) -> None:
        super().__init__(disabled=True, required=False, widget=NameOnly(person))
        self.person = person

    def clean(self, value: Any) -> User:
        return self.person


ONCE: Any = {NON_FIELD_ERRORS: {"unique_together": gettext_lazy("This person is already enrolled in this course.")}}


class EnrolmentForm(forms.ModelForm):
    class Meta:
        model = Enrollment
        fields = ("person", "group", "since", "until")
        error_messages = ONCE

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk and "person" in self.fields:
            self.fields["person"] = FixedPerson(self.instance.person)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The enrolment ends before it begins. Correct one of the two days."))
        if not self.instance.pk and self._is_there(cleaned.get("person")):
            self.add_error("person", _("This person is already enrolled in this course."))
        return cleaned

    def _is_there(self, person: User | None) -> bool:
        """On the course's page, where Django leaves the course out of the question."""
        course = self.instance.course_id
        return course is not None and Enrollment.objects.filter(course=course, person=person).exists()


class EnrolmentFormSet(forms.BaseInlineFormSet):
    def get_queryset(self) -> Any:
        """The roster, as long as it is short enough for one page."""
        if self._is_long:
            return Enrollment.objects.none()
        return super().get_queryset()

    @cached_property
    def _is_long(self) -> bool:
        return bool(self.instance.pk) and self.instance.enrollments.count() > MOST_IN_LINE

    def get_unique_error_message(self, unique_check: Any) -> str:
        return _("This person is listed twice. Each person can be enrolled once.")

    def get_form_error(self) -> str:
        return _("This person is listed twice.")
