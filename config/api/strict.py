"""Bodies are read as the schema says: a number is not text, `"true"` is not a yes, and an empty code is not "none".

DRF is lenient by habit. What it makes of `""` where a code may be null is null, and a closed day without a department
closes the whole campus: so the kind is refused, not the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.utils import html

SMALL = (models.SmallIntegerField, models.PositiveSmallIntegerField)
GREATEST_SMALL = 32_767
TEXTS = (
    serializers.CharField,
    serializers.DateField,
    serializers.DateTimeField,
    serializers.TimeField,
)


class Strict:
    """Before a serializer that reads JSON. Forms have nothing but text, and are read as ever."""

    def to_internal_value(self: Any, data: Any) -> Any:
        if isinstance(data, Mapping) and not html.is_html_input(data):
            wrong = {name: [_wrong_type()] for name in self.fields if self._is_wrong(name, data)}
            if wrong:
                raise ValidationError(wrong)
        return super().to_internal_value(data)  # type: ignore[misc]

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """SQLite holds far greater numbers in a small column than the others do, and than time can be counted in."""
        kind, options = super().build_standard_field(field_name, model_field)  # type: ignore[misc]
        if isinstance(model_field, SMALL) and issubclass(kind, serializers.IntegerField):
            options["max_value"] = min(options.get("max_value", GREATEST_SMALL), GREATEST_SMALL)
        return kind, options

    def _is_wrong(self: Any, name: str, data: Mapping[str, Any]) -> bool:
        return name in data and not self.fields[name].read_only and not fits(self.fields[name], data[name])


def _wrong_type() -> ErrorDetail:
    return ErrorDetail(_("This has a different type from the one in the schema, or is empty."), "wrong_type")


def fits(field: Any, value: Any) -> bool:
    """Whether a value of JSON has the type that this field announces. What is null is left to the field."""
    if value is None:
        return True
    if isinstance(field, serializers.DictField):
        return isinstance(value, dict) and _all_fit(field.child, value.values())
    child = getattr(field, "child_relation", None) or getattr(field, "child", None)
    if child is not None:
        return isinstance(value, list) and _all_fit(child, value)
    return _fits_alone(field, value)


def _all_fit(child: Any, values: Iterable[Any]) -> bool:
    return all(one is not None and fits(child, one) for one in values)


def _fits_alone(field: Any, value: Any) -> bool:
    if isinstance(field, serializers.BooleanField):
        return isinstance(value, bool)
    if isinstance(field, (serializers.IntegerField, serializers.PrimaryKeyRelatedField)):
        return _is_number(value) and value == value // 1
    if isinstance(field, serializers.FloatField):
        return _is_number(value)
    if isinstance(field, serializers.ChoiceField):
        return type(value) in {type(choice) for choice in field.choices}
    if isinstance(field, serializers.RelatedField):
        return isinstance(value, str) and value != ""
    return isinstance(value, str) or not isinstance(field, TEXTS)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
