"""People in and out of spreadsheets. A file never carries passwords or PINs, and never makes an administrator."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.resources import Diff, ModelResource

from accounts.models import Department, User
from accounts.roles import Role
from accounts.spreadsheets import ByCode, Day, OneOf, Text, YesNo, empty, plain
from config.tables import neutral

log = logging.getLogger("ostiary.people")

_NO_DEPARTMENT = gettext_lazy("There is no department with the code '%s'.")


class Changes(Diff):
    """Old and new value of each cell, as plain HTML without styles of its own."""

    def as_html(self) -> list[str]:
        return [self._cell(str(old), str(new)) for old, new in zip(self.left, self.right, strict=False)]

    def _cell(self, old: str, new: str) -> str:
        if self.new or old == new:
            return format_html("{}", new)
        return format_html("<del>{}</del> <ins>{}</ins>", old, new)


class PersonResource(ModelResource):
    """One line per person, known by id number. Columns that are missing change nothing."""

    id_number = Field("id_number", "id_number", Text())
    first_name = Field("first_name", "first_name", Text())
    last_name = Field("last_name", "last_name", Text())
    email = Field("email", "email", Text())
    role = Field("role", "role", OneOf(Role.choices), saves_null_values=False)
    affiliation = Field("affiliation", "affiliation", OneOf(User.Affiliation.choices), saves_null_values=False)
    department = Field("department", "department", ByCode(Department.objects.all(), _NO_DEPARTMENT))
    valid_from = Field("valid_from", "valid_from", Day())
    valid_until = Field("valid_until", "valid_until", Day())
    card_barcode = Field("card_barcode", "card_barcode", Text(empty=None))
    active = Field("is_active", "active", YesNo(), saves_null_values=False)
    guardian_name = Field("guardian_name", "guardian_name", Text())
    guardian_email = Field("guardian_email", "guardian_email", Text())

    class Meta:
        model = User
        fields = (
            "id_number",
            "first_name",
            "last_name",
            "email",
            "role",
            "affiliation",
            "department",
            "valid_from",
            "valid_until",
            "card_barcode",
            "active",
            "guardian_name",
            "guardian_email",
        )
        import_id_fields = ("id_number",)
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True
        store_instance = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._times: Counter[str] = Counter()
        self._role_before: str | None = None

    @classmethod
    def get_display_name(cls) -> str:
        return str(User._meta.verbose_name_plural)

    def get_diff_class(self) -> type[Diff]:
        return Changes

    def before_import(self, dataset: tablib.Dataset, **options: Any) -> None:
        if "id_number" not in (dataset.headers or []):
            raise ValueError(_("The first line must name the columns, and one of them must be id_number."))
        # Some databases do not tell 'S-1' from 's-1', so a file must not rely on it.
        self._times = Counter(plain(cell).lower() for cell in dataset["id_number"])

    def after_import(self, dataset: tablib.Dataset, result: Any, **options: Any) -> None:
        refused = len(result.invalid_rows) + len(result.row_errors())
        if refused:
            log.info("A file of people was refused for %s of its lines", refused)

    def after_init_instance(self, instance: User, new: bool, row: Any, **options: Any) -> None:
        self._role_before = None if new else instance.role
        if new:
            instance.set_unusable_password()

    def skip_row(self, instance: User, original: User, row: Any, import_validation_errors: Any = None) -> bool:
        return empty(row.values()) or super().skip_row(instance, original, row, import_validation_errors)

    def validate_instance(
        self, instance: User, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Every problem of the row at once: the cells', the model's and ours."""
        errors = dict(import_validation_errors or {})
        for name, sentence in self._own_rules(instance):
            errors.setdefault(name, ValidationError(sentence))
        super().validate_instance(instance, errors, validate_unique)

    def _own_rules(self, person: User) -> list[tuple[str, str]]:
        broken = []
        if self._times[person.id_number.lower()] > 1:
            broken.append(("id_number", _("The id number '%s' is in this file more than once.") % person.id_number))
        if person.role != self._role_before and Role.ADMINISTRATOR in (person.role, self._role_before):
            broken.append(("role", _("A file cannot make or unmake administrators: do that on the person's page.")))
        if person.valid_from and person.valid_until and person.valid_until < person.valid_from:
            broken.append(("valid_until", _("The membership ends before it begins.")))
        return broken

    def export_resource(self, instance: User, selected_fields: Any = None, **options: Any) -> list[str]:
        return [str(neutral(str(cell))) for cell in super().export_resource(instance, selected_fields, **options)]
