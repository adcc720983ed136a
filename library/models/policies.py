"""What the rules of lending are made of: loan policies, their fixed due dates, closed days and opening hours."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.roles import Role
from library.rules.lending import AtClosing, LoanPeriod, LoanTerms, WhenClosed

MOST_HOURS = 168  # a week: what is lent for longer is lent by days


class LoanPolicy(models.Model):
    """For how long. The most particular line wins: role and item type, then one of them, then neither."""

    class Periods(models.TextChoices):
        DAYS = LoanPeriod.DAYS, _("A number of days")
        HOURS = LoanPeriod.HOURS, _("A number of hours")
        FIXED = LoanPeriod.FIXED, _("Until a fixed date, such as the end of the term")

    class Closings(models.TextChoices):
        SHORTEN = AtClosing.SHORTEN, _("Due at closing time at the latest")
        NEXT_OPENING = AtClosing.NEXT_OPENING, _("Due when the library opens again")
        KEEP = AtClosing.KEEP, _("Due at that time all the same")

    class Moves(models.TextChoices):
        LATER = WhenClosed.LATER, _("Due on the next open day")
        EARLIER = WhenClosed.EARLIER, _("Due on the open day before")
        KEEP = WhenClosed.KEEP, _("Due on that day all the same")

    role = models.CharField(
        _("role"), max_length=16, choices=Role.choices, blank=True, help_text=_("Empty: applies to all.")
    )
    affiliation = models.CharField(
        _("affiliation"),
        max_length=16,
        choices=User.Affiliation.choices,
        blank=True,
        help_text=_("Empty: applies to all."),
    )
    item_type = models.SlugField(_("item type"), max_length=32, blank=True, help_text=_("Empty: applies to all."))
    period = models.CharField(_("lent for"), max_length=8, choices=Periods.choices, default=Periods.DAYS)
    days = models.PositiveSmallIntegerField(
        _("days"),
        default=28,
        validators=[MinValueValidator(1)],
        help_text=_("With fixed dates: for what is lent after the last one."),
    )
    when_closed = models.CharField(
        _("when the library is closed on that day"), max_length=8, choices=Moves.choices, default=Moves.LATER
    )
    least_days = models.PositiveSmallIntegerField(
        _("fixed dates: at least so many days away"),
        default=0,
        help_text=_("A fixed date that is nearer is ignored, and the one after it counts."),
    )
    hours = models.PositiveSmallIntegerField(
        _("hours"), default=3, validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)]
    )
    at_closing = models.CharField(
        _("hours: when the library is closed at that time"),
        max_length=12,
        choices=Closings.choices,
        default=Closings.SHORTEN,
    )
    renewals = models.PositiveSmallIntegerField(_("renewals"), default=2)
    renew_within = models.PositiveSmallIntegerField(
        _("renewals open so many days before the due date"), null=True, blank=True, help_text=_("Empty: at any time.")
    )
    auto_renew = models.BooleanField(
        _("renew automatically"),
        default=False,
        help_text=_("The day before the reminder, as long as the rules allow a renewal. Not for loans by hours."),
    )
    most_loans = models.PositiveSmallIntegerField(
        _("books at a time"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    overdue_blocks = models.BooleanField(_("an overdue book blocks new loans"), default=False)
    fine_per_day = models.DecimalField(_("fine for each day"), max_digits=6, decimal_places=2, default=0)
    fine_per_hour = models.DecimalField(
        _("fine for each hour"),
        max_digits=6,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("For loans by hours: each hour begun in which the library is open."),
    )
    most_fine = models.DecimalField(
        _("highest fine for one loan"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Empty: no limit."),
    )
    loanable = models.BooleanField(_("may be borrowed"), default=True)

    class Meta:
        verbose_name = _("loan policy")
        verbose_name_plural = _("loan policies")
        constraints = (
            models.UniqueConstraint(fields=["role", "affiliation", "item_type"], name="one_policy_for_each_case"),
        )

    def __str__(self) -> str:
        parts = [self.get_role_display(), self.get_affiliation_display(), self.item_type]
        return " · ".join(part for part in parts if part) or str(_("Everyone, all items"))

    def clean(self) -> None:
        if self.auto_renew and self.period == LoanPeriod.HOURS:
            words = _("A loan by hours is not renewed automatically. Untick this, or choose another period.")
            raise ValidationError({"auto_renew": words})

    @property
    def terms(self) -> LoanTerms:
        by_date = self.period == LoanPeriod.FIXED
        return LoanTerms(
            days=self.days,
            renewals=self.renewals,
            most_loans=self.most_loans,
            overdue_blocks=self.overdue_blocks,
            fine_per_day=self.fine_per_day,
            loanable=self.loanable,
            most_fine=self.most_fine,
            renew_within=self.renew_within,
            auto_renew=self.auto_renew,
            period=LoanPeriod(self.period),
            hours=self.hours,
            at_closing=AtClosing(self.at_closing),
            fine_per_hour=self.fine_per_hour,
            fixed=tuple(row.day for row in self.fixed_dates.all()) if by_date else (),
            least_days=self.least_days,
            when_closed=WhenClosed(self.when_closed),
        )


class FixedDueDate(models.Model):
    """A day on which everything is due that was lent under a policy before it."""

    policy = models.ForeignKey(LoanPolicy, models.CASCADE, related_name="fixed_dates", verbose_name=_("loan policy"))
    day = models.DateField(_("day"))

    class Meta:
        ordering = ("day",)
        verbose_name = _("fixed due date")
        verbose_name_plural = _("fixed due dates")
        constraints = (models.UniqueConstraint(fields=["policy", "day"], name="fixed_date_once"),)

    def __str__(self) -> str:
        return date_format(self.day)


class LibraryClosedDay(models.Model):
    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)

    class Meta:
        ordering = ("day",)
        verbose_name = _("closed day of the library")
        verbose_name_plural = _("closed days of the library")


class LibraryOpeningHours(models.Model):
    """From when to when the library is open on a weekday; one with a break has two lines.

    Without any line every day is open all day. With some, a weekday without one is closed.
    """

    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=list(WEEKDAYS.items()))
    opens = models.TimeField(pgettext_lazy("library", "opens"))
    closes = models.TimeField(pgettext_lazy("library", "closes"), help_text=_("23:59 for midnight."))

    class Meta:
        ordering = ("weekday", "opens")
        verbose_name = _("opening hours of the library")
        verbose_name_plural = _("opening hours of the library")
        constraints = (models.UniqueConstraint(fields=["weekday", "opens"], name="opens_once_at_a_time"),)

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        if self.opens is None or self.closes is None or self.weekday is None:
            return
        if self.closes <= self.opens:
            raise ValidationError({"closes": _("The library must close after it opens. Enter a later time.")})
        others = LibraryOpeningHours.objects.filter(weekday=self.weekday).exclude(pk=self.pk)
        if others.filter(opens__lt=self.closes, closes__gt=self.opens).exists():
            raise ValidationError(_("These hours overlap others of the same weekday. Change one of the two."))
