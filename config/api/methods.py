"""What OPTIONS answers, and how an answer is written. A module of its own: DRF reads it before its views are there."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.metadata import BaseMetadata
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request


class Methods(BaseMetadata):
    """The methods of the address, for anyone who may ask. The schema has the rest."""

    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        return {"methods": view.allowed_methods}


class Negotiation(DefaultContentNegotiation):
    def filter_renderers(self, renderers: Any, format: str) -> Any:  # noqa: A002  DRF's own name
        """A `format` that is not there is a wrong value, with the right ones; to DRF the address were missing."""
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            words = _("Choose one of: %(formats)s.") % {"formats": ", ".join(renderer.format for renderer in renderers)}
            raise ValidationError({"format": [ErrorDetail(words, "invalid")]})
        return found
