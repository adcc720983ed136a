"""Import and export of people, for administrators only."""

from __future__ import annotations

import logging
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm, ImportForm

from accounts.identity.signed_in import asker
from accounts.people.resources import PersonResource
from accounts.people.spreadsheets import AnyCsv, UploadFolder, Workbook
from config.errors import Refused

log = logging.getLogger("ostiary.people")

MAX_UPLOAD = 10_000_000


class PeopleImportForm(ImportForm):
    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 10 MB. Please split it."), code="too_large")
        return file


class PeopleFiles(ImportExportMixin):
    """The file half of the people admin. A file is taken whole, or nothing of it."""

    resource_classes = (PersonResource,)
    formats = (AnyCsv, Workbook)
    import_form_class = PeopleImportForm
    export_form_class = ExportForm
    tmp_storage_class = UploadFolder
    import_template_name = "admin/accounts/user/import.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return asker(request).is_administrator

    def has_export_permission(self, request: HttpRequest) -> bool:
        return asker(request).is_administrator

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_import_data_kwargs(**kwargs) | {"rollback_on_validation_errors": True}

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The look. A file that is wrong as a whole is a bad request, not only a page with a sentence."""
        response = super().import_action(request, **kwargs)
        context = getattr(response, "context_data", None) or {}
        result = context.get("result")
        if context["form"].errors or (result is not None and result.base_errors):
            response.status_code = 400
        return response

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        if not isinstance(e, Refused):
            log.exception("A file of people could not be read", exc_info=e)
        words = _("This file cannot be read. Save it again as CSV or XLSX, then try again.")
        form.add_error("import_file", e.message if isinstance(e, Refused) else words)

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """After the confirmation. The upload may have been tidied away meanwhile."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        try:
            return super().process_import(request, **kwargs)
        except FileNotFoundError:
            messages.error(request, _("This upload has expired. Please choose the file again."))
            return redirect("admin:accounts_user_import")

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():
            messages.error(
                request, _("These people were changed in the meantime, so nothing was imported. Please try again.")
            )
            return redirect("admin:accounts_user_import")
        return super().process_result(result, request)
