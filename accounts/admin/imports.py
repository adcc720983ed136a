"""Import and export of people, for administrators only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm, ImportForm

from accounts.asking import asker
from accounts.resources import PersonResource
from accounts.spreadsheets import AnyCsv, UploadFolder, Workbook

MAX_UPLOAD = 10_000_000


class PeopleImportForm(ImportForm):
    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 10 MB. Please divide it."), code="too_large")
        return file


class PeopleFiles(ImportExportMixin):
    """The file half of the people admin. A file is taken whole or not at all."""

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

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        form.add_error("import_file", _("This file cannot be read. Is it really of the format that you chose?"))

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """After the confirmation. The upload may have been tidied away meanwhile."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        try:
            return super().process_import(request, **kwargs)
        except FileNotFoundError:
            messages.error(request, _("This upload has been tidied away. Please choose the file again."))
            return redirect("admin:accounts_user_import")

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():
            messages.error(
                request, _("Somebody changed these people meanwhile. Nothing was imported; please try again.")
            )
            return redirect("admin:accounts_user_import")
        return super().process_result(result, request)
