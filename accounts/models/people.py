"""People, what they agreed to, and how they prove who they are without a face."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar, cast

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import STAFF_ROLES, Purpose, Role

ID_NUMBER = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$",
    _("Use up to 32 letters, digits, dots, dashes or underscores, starting with a letter or digit."),
)


class Department(models.Model):
    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ("code",)
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return self.name


class PeopleQuerySet(models.QuerySet["User"]):
    def valid_on(self, day: datetime.date) -> PeopleQuerySet:
        """People whose membership covers `day`."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_until=None) | Q(valid_until__gte=day), is_active=True
        )

    def consenting_to(self, purpose: str) -> PeopleQuerySet:
        return self.filter(consents__purpose=purpose, consents__standing=True)


class PeopleManager(BaseUserManager["User"]):
    def get_queryset(self) -> PeopleQuerySet:
        return PeopleQuerySet(self.model, using=self._db)

    def create_user(self, id_number: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(id_number=id_number, email=self.normalize_email(fields.pop("email", "")), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, id_number: str, password: str | None = None, **fields: Any) -> User:
        """The first of a site, with `manage.py createsuperuser`: someone who works here, and no student."""
        staff = {"role": Role.ADMINISTRATOR, "affiliation": User.Affiliation.EMPLOYEE}
        return self.create_user(id_number, password, **{**staff, **fields})


class User(AbstractBaseUser, PermissionsMixin):
    """One person: student, employee, customer or member of staff. Most never sign in."""

    class Affiliation(models.TextChoices):
        STUDENT = "student", _("Student")
        EMPLOYEE = "employee", _("Employee")
        CUSTOMER = "customer", _("Customer")
        VISITOR = "visitor", _("Visitor")

    id_number = models.CharField(_("id number"), max_length=32, unique=True, validators=[ID_NUMBER])
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.MEMBER, db_index=True)
    affiliation = models.CharField(
        _("affiliation"), max_length=16, choices=Affiliation.choices, default=Affiliation.STUDENT
    )
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="people", verbose_name=_("department")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    card_barcode = models.CharField(_("card barcode"), max_length=64, null=True, blank=True, unique=True)
    guardian_name = models.CharField(_("guardian"), max_length=160, blank=True)
    guardian_email = models.EmailField(
        _("guardian's e-mail"), blank=True, help_text=_("A parent or another person who is told about absences.")
    )
    language = models.CharField(
        _("language"), max_length=12, blank=True, help_text=_("Of pages and e-mails. Empty: the site's.")
    )
    pin = models.CharField(_("PIN (hashed)"), max_length=128, blank=True, editable=False)
    pin_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    pin_locked_until = models.DateTimeField(null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects: ClassVar[PeopleManager] = PeopleManager()

    USERNAME_FIELD = "id_number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name"]

    class Meta:
        ordering = ("last_name", "first_name", "id_number")
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = (models.Index(fields=["last_name", "first_name"]),)

    def __str__(self) -> str:
        return f"{self.get_full_name()} ({self.id_number})"

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name

    @property
    def is_staff(self) -> bool:
        """May open the Django admin."""
        return self.is_active and self.role in STAFF_ROLES

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.role == Role.ADMINISTRATOR

    @property
    def may_sign_in(self) -> bool:
        return self.is_active and self.is_valid_on(timezone.localdate())

    def is_valid_on(self, day: datetime.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    def clean(self) -> None:
        super().clean()
        self.card_barcode = self.card_barcode or None  # unique, so an empty card must be no card

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.card_barcode = self.card_barcode or None
        new_password = getattr(self, "_password", None) is not None  # Django forgets it in saving
        super().save(*args, **kwargs)
        if new_password:  # anyone who knew the old one may hold tokens too; sessions end by themselves
            cast(Any, self).auth_token_set.all().delete()


class NoticeText(models.Model):
    """What a person was told before agreeing. A text that someone agreed to is never edited: add a version."""

    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"))
    # Without it no look is kept of those who agreed to this text, and nothing is learned from mistakes.
    keeps_looks = models.BooleanField(
        _("says that face data is kept"),
        default=False,
        help_text=_(
            "The text says that the numbers from each recognition are kept for some days, so that a mistake can be "
            "corrected."
        ),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ("purpose", "-version")
        verbose_name = _("privacy notice")
        verbose_name_plural = _("privacy notices")
        constraints = (models.UniqueConstraint(fields=["purpose", "version"], name="one_notice_per_version"),)

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} v{self.version}"


class Consent(models.Model):
    """One person's agreement to one purpose, under one notice text, until withdrawn.

    `standing` is True while it holds and NULL afterwards, so that one unique constraint forbids a
    second standing consent on every database (MySQL has no partial indexes).
    """

    class How(models.TextChoices):
        PAPER = "paper", _("Signed on paper")
        IN_PERSON = "in_person", _("Said in person")
        KIOSK = "kiosk", _("At a kiosk")
        SELF = "self", _("In their own account")

    person = models.ForeignKey(User, models.CASCADE, related_name="consents", verbose_name=_("person"))
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    notice = models.ForeignKey(NoticeText, models.PROTECT, related_name="consents", verbose_name=_("notice"))
    standing = models.BooleanField(null=True, default=True, editable=False)
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    recorded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("recorded by"), editable=False
    )
    how = models.CharField(_("how given"), max_length=12, choices=How.choices, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    withdrawn_how = models.CharField(_("how withdrawn"), max_length=12, choices=How.choices, blank=True, editable=False)

    class Meta:
        ordering = ("-given_at",)
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = (
            models.UniqueConstraint(fields=["person", "purpose", "standing"], name="one_standing_consent_per_purpose"),
        )

    def __str__(self) -> str:
        return f"{self.person_id}: {self.get_purpose_display()}"
