"""Courses, who belongs to them, and when they meet."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from attendance.rules.statuses import Rules
from attendance.rules.times import Weekly

LONGEST_LINE = timedelta(days=2 * 366)
FIRST_YEAR, LAST_YEAR = 2000, 2200
MINUTES, MOST_MINUTES = ("late_after", "early_before", "open_before"), 32_767


class Course(models.Model):
    """A class, or the premises that a person enters: its people are looked for when it meets."""

    class Kind(models.TextChoices):
        CLASS = "class", _("Class")
        PREMISES = "premises", _("Premises: first in, last out")

    class Roster(models.TextChoices):
        ENROLLED = "enrolled", _("Only those enrolled in it")
        EVERYONE = "everyone", _("Everyone enrolled for attendance")

    code = models.SlugField(_("code"), max_length=32, unique=True)
    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CLASS)
    roster = models.CharField(
        _("whom this course looks for"), max_length=10, choices=Roster.choices, default=Roster.ENROLLED
    )
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="courses", verbose_name=_("department")
    )
    teachers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="courses_taught", verbose_name=_("teachers")
    )
    stations = models.ManyToManyField(
        "recognition.Station",
        blank=True,
        related_name="courses",
        verbose_name=_("stations"),
        limit_choices_to={"purpose": "attendance"},
        help_text=_("The cameras or kiosks of its room."),
    )
    late_after = models.PositiveSmallIntegerField(_("late after (minutes)"), default=10)
    early_before = models.PositiveSmallIntegerField(
        _("left early before the end (minutes)"),
        null=True,
        blank=True,
        default=15,
        help_text=_("Empty: leaving early is not checked."),
    )
    interval = models.PositiveSmallIntegerField(
        _("capture interval (seconds)"), default=60, validators=[MinValueValidator(5), MaxValueValidator(1800)]
    )
    sightings_needed = models.PositiveSmallIntegerField(
        _("sightings needed"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("For a room camera. One sighting by a kiosk, a card or a teacher is enough."),
    )
    min_presence = models.PositiveSmallIntegerField(
        _("minimum presence (%)"), default=0, validators=[MaxValueValidator(100)]
    )
    gap_limit = models.PositiveSmallIntegerField(
        _("longest camera gap (seconds)"),
        default=120,
        validators=[MinValueValidator(20), MaxValueValidator(3600)],
        help_text=_("After a longer gap, people who were not seen are marked unverified, not absent."),
    )
    open_before = models.PositiveSmallIntegerField(_("opens before the start (minutes)"), default=10)
    at_risk_below = models.PositiveSmallIntegerField(
        _("at risk below (%)"), default=75, validators=[MaxValueValidator(100)]
    )
    warns = models.BooleanField(
        _("warn people below the limit"),
        default=False,
        help_text=_("The person, their guardian and their adviser, once each time they fall below it."),
    )
    warns_most = models.PositiveSmallIntegerField(
        _("warnings at most (in 26 weeks)"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    notify = models.BooleanField(_("send notices of absence and lateness"), default=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ("code",)
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def clean(self) -> None:
        """SQLite keeps numbers of minutes that no time can be reckoned with; the other databases refuse them."""
        words = _("Enter %(most)s or less.") % {"most": MOST_MINUTES}
        far = [name for name in MINUTES if (getattr(self, name) or 0) > MOST_MINUTES]
        if far:
            raise ValidationError(dict.fromkeys(far, words))

    @property
    def rules(self) -> Rules:
        return Rules(
            late_after=timedelta(minutes=self.late_after),
            early_before=None if self.early_before is None else timedelta(minutes=self.early_before),
            needed=self.sightings_needed,
            min_presence=self.min_presence / 100,
            gap_limit=timedelta(seconds=self.gap_limit),
        )


class Enrollment(models.Model):
    """A person belongs to a course, for a while or for all of it."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="enrollments", verbose_name=_("course"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="enrollments", verbose_name=_("person")
    )
    group = models.CharField(_("group"), max_length=40, blank=True, help_text=_("Such as a section or a lab group."))
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("adviser"),
        help_text=_("Is told when this person is at risk in the course."),
    )

    class Meta:
        ordering = ("person__last_name", "person__first_name", "pk")
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = (models.UniqueConstraint(fields=["course", "person"], name="enrolled_once"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.course.code}"


class TimetableRule(models.Model):
    """The course meets on this weekday at these hours, in the site's own time."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    course = models.ForeignKey(Course, models.CASCADE, related_name="timetable", verbose_name=_("course"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"), help_text=_("If it is not after the start: on the next day."))
    first_day = models.DateField(_("first day"), default=timezone.localdate)
    last_day = models.DateField(_("last day"))
    interval = models.PositiveSmallIntegerField(
        pgettext_lazy("interval", "every"),
        choices=(
            (1, pgettext_lazy("every", "week")),
            (2, pgettext_lazy("every", "second week")),
            (3, pgettext_lazy("every", "third week")),
            (4, pgettext_lazy("every", "fourth week")),
        ),
        default=1,
        help_text=_("Counted from the first day. Two lines that begin a week apart are A and B weeks."),
    )
    group = models.CharField(
        _("group"), max_length=40, blank=True, help_text=_("Only this group of the course. Empty: everyone.")
    )

    class Meta:
        ordering = ("course", "weekday", "starts")
        verbose_name = _("timetable line")
        verbose_name_plural = _("timetable")

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {str(self.starts)[:5]}-{self.ends_words}"

    @property
    def ends_words(self) -> str:
        """Such as 10:00, or 06:00 (next day)."""
        starts, ends = str(self.starts)[:5], str(self.ends)[:5]  # of a line not read back yet they are texts
        return gettext("%(time)s (next day)") % {"time": ends} if ends <= starts else ends

    def clean(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day is before the first day.")})
        if self.first_day and self.last_day and self.last_day - self.first_day > LONGEST_LINE:
            raise ValidationError({"last_day": _("A timetable line can last at most two years.")})
        if self.first_day and not FIRST_YEAR <= self.first_day.year <= LAST_YEAR:
            raise ValidationError({"first_day": _("Enter a day between the years 2000 and 2200.")})
        if self.starts and self.starts == self.ends:
            raise ValidationError({"ends": _("The end is the same as the start. Change one of them.")})

    @property
    def weekly(self) -> Weekly:
        return Weekly(self.weekday, self.starts, self.ends, self.first_day, self.last_day, self.interval)


class ClosedDay(models.Model):
    """No course meets on this day: a holiday, for all or for one department."""

    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    department = models.ForeignKey(
        Department,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("department"),
        help_text=_("Empty: all departments."),
    )

    class Meta:
        ordering = ("day",)
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()
