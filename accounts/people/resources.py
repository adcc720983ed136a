"""People in and out of spreadsheets. A file never carries passwords or PINs, and never makes an administrator."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Diff, ModelResource

from accounts.models import Department, User
from accounts.people.audit_bulk import NewPeople
from accounts.people.import_rows import PeopleFile
from accounts.people.spreadsheets import ByCode, CodeWidget, DayWidget, OneOf, TextWidget, YesNo
from accounts.roles import Role
from config.tables import neutral
from config.tables.incoming import IncomingRow, sentence_for
from config.tables.incoming.cells import CONTROLS, one_line, plain

log = logging.getLogger("ostiary.people")

_NO_DEPARTMENT = gettext_lazy("No department has the code '%s'.")


class Changes(Diff):
    """Old and new value of each cell, as plain HTML without styles of its own."""

    def as_html(self) -> list[str]:
        return [self._cell(str(old), str(new)) for old, new in zip(self.left, self.right, strict=False)]

    def _cell(self, old: str, new: str) -> str:
        if self.new or old == new:
            return format_html("{}", new)
        return format_html("<del>{}</del> <ins>{}</ins>", old, new)


class ByNumber(BaseInstanceLoader):
    """The person of a line, looked up for all lines at once."""

    def get_instance(self, row: Any) -> User | None:
        person: User | None = self.resource.people.person(row["id_number"])
        return person


class PersonResource(ModelResource):
    """One line per person, known by id number. Columns that are missing change nothing."""

    id_number = Field("id_number", "id_number", CodeWidget())
    first_name = Field("first_name", "first_name", TextWidget())
    last_name = Field("last_name", "last_name", TextWidget())
    email = Field("email", "email", TextWidget())
    role = Field("role", "role", OneOf(Role.choices), saves_null_values=False)
    affiliation = Field("affiliation", "affiliation", OneOf(User.Affiliation.choices), saves_null_values=False)
    department = Field("department", "department", ByCode(Department.objects.all(), _NO_DEPARTMENT))
    valid_from = Field("valid_from", "valid_from", DayWidget())
    valid_until = Field("valid_until", "valid_until", DayWidget())
    card_barcode = Field("card_barcode", "card_barcode", CodeWidget(empty=None))
    active = Field("is_active", "active", YesNo(), saves_null_values=False)
    guardian_name = Field("guardian_name", "guardian_name", TextWidget())
    guardian_email = Field("guardian_email", "guardian_email", TextWidget())

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
        instance_loader_class = ByNumber
        store_instance = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.people = PeopleFile((), ())
        self.erased: Counter[str] = Counter()  # filled values that an empty cell takes away, by column
        self._lines: Sequence[IncomingRow] = ()
        self._line = IncomingRow(0, {})
        self._role_before: str | None = None
        self._waiting: list[tuple[User, bool]] = []

    @classmethod
    def get_display_name(cls) -> str:
        return str(User._meta.verbose_name_plural)

    def get_diff_class(self) -> type[Diff]:
        return Changes

    # --- looking: nothing is written, no lock is held ----------------------------------------------

    def import_data(
        self, dataset: tablib.Dataset, dry_run: bool = False, raise_errors: bool = False, **options: Any
    ) -> Any:
        """Every line is checked before the first is written; then all are written at once, or none."""
        for name in ("use_transactions", "collect_failed_rows", "rollback_on_validation_errors"):
            options.pop(name, None)
        result = self.import_data_inner(dataset, dry_run, raise_errors, False, False, **options)
        if not (dry_run or result.has_errors() or result.has_validation_errors()):
            self._write(list(dataset.headers or []), result, by=options.get("user"))
        return result

    def before_import(self, dataset: tablib.Dataset, **options: Any) -> None:
        headers = list(dataset.headers or [])
        if "id_number" not in headers:
            raise ValueError(
                _(
                    "The column id_number is missing. The first line must name the columns, and one of them must be "
                    "id_number."
                )
            )
        if twice := next((name for name in headers if headers.count(name) > 1), None):
            words = _(
                "The column '%(title)s' appears twice. Remove or rename one of them, so that it is clear which one to "
                "use."
            )
            raise ValueError(words % {"title": twice})
        cards = dataset["card_barcode"] if "card_barcode" in headers else ()
        self.people = PeopleFile(dataset["id_number"], cards)
        self._lines = getattr(dataset, "rows_read", None) or [
            IncomingRow(place, {}) for place in range(2, len(dataset) + 2)
        ]

    def before_import_row(self, row: Any, row_number: int = 1, **options: Any) -> None:
        self._line = self._lines[row_number - 1]
        if self._line.problem:
            raise ValidationError(sentence_for(self._line.problem))
        if fault := self.people.spoiled(row["id_number"]):
            raise ValidationError({"id_number": fault})

    def after_import_row(self, row: Any, row_result: Any, **options: Any) -> None:
        row_result.line = self._line.line

    def after_import(self, dataset: tablib.Dataset, result: Any, **options: Any) -> None:
        """Lines are numbered as in the file, the names of the columns being line 0, as the library counts."""
        for refused in (*result.invalid_rows, *result.error_rows):
            refused.number = self._lines[refused.number - 1].line - 1
        result.erased = [(name, times) for name, times in self.erased.items() if times]
        result.unused, result.notes = getattr(dataset, "unused", ()), getattr(dataset, "notes", ())
        refused = len(result.invalid_rows) + len(result.row_errors())
        if refused:
            log.info("A file of people was refused for %s of its lines", refused)

    def after_init_instance(self, instance: User, new: bool, row: Any, **options: Any) -> None:
        self._role_before = None if new else instance.role
        if new:
            instance.set_unusable_password()

    def import_field(self, field: Field, instance: User, row: Any, is_m2m: bool = False, **options: Any) -> None:
        """A cell that says what is here already changes nothing, however it is written."""
        if field.column_name not in row or (instance.pk and field.column_name == "id_number"):
            return
        before = one_line(plain(field.export(instance))) if instance.pk else ""
        if before and before == one_line(plain(row[field.column_name])):
            return
        super().import_field(field, instance, row, is_m2m, **options)
        if before and not field.export(instance):
            self.erased[field.column_name] += 1

    def skip_row(self, instance: User, original: User, row: Any, import_validation_errors: Any = None) -> bool:
        unchanged: bool = super().skip_row(instance, original, row, import_validation_errors)
        return unchanged and not self.people.doubts(instance)

    def validate_instance(
        self, instance: User, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Every problem of the row at once: the cells', the model's and ours."""
        errors = dict(import_validation_errors or {})
        for name, sentence in self._own_rules(instance):
            errors.setdefault(name, ValidationError(sentence))
        super().validate_instance(instance, errors, validate_unique)

    def _own_rules(self, person: User) -> list[tuple[str, str]]:
        broken = self.people.doubts(person)
        if person.role != self._role_before and Role.ADMINISTRATOR in (person.role, self._role_before):
            broken.append(("role", _("A file cannot add or remove administrators. Change this on the person's page.")))
        if person.valid_from and person.valid_until and person.valid_until < person.valid_from:
            broken.append(("valid_until", _("The membership cannot end before it begins.")))
        return broken

    # --- writing -----------------------------------------------------------------------------------

    def save_instance(self, instance: User, is_create: bool, row: Any, **options: Any) -> None:
        """Not yet: first every line is checked."""
        self._waiting.append((instance, is_create))

    def _write(self, headers: list[str], result: Any, by: User | None) -> None:
        """Short in its lock. What the file does not name is not written, so that no other change is undone."""
        named = [field.attribute for field in self.get_import_fields() if field.column_name in headers]
        added = NewPeople([person for person, is_new in self._waiting if is_new], by)
        try:
            with transaction.atomic():
                added.write()
                for person in (person for person, is_new in self._waiting if not is_new):
                    person.save(update_fields=named)
        except DatabaseError as error:
            self.handle_import_error(result, error)

    # --- out ---------------------------------------------------------------------------------------

    def export_resource(self, instance: User, selected_fields: Any = None, **options: Any) -> list[str]:
        cells = super().export_resource(instance, selected_fields, **options)
        return [str(neutral(CONTROLS.sub("", str(cell)))) for cell in cells]
