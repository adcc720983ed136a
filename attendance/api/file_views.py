"""Files that are read over the API: without `apply` the answer says what would happen, and nothing does."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ByRole, caller
from attendance.api.permissions import CHANGE_TIMETABLE, CORRECT
from attendance.imports.forms import MAX_UPLOAD
from attendance.imports.mark_files import files, reading
from attendance.imports.report import LineOutcome
from attendance.imports.timetable_files import plan
from attendance.imports.timetable_files.options import TimetableOptions, read
from config.api.parsers import BoundedUpload


class FileLineSerializer(serializers.Serializer[Any]):
    """One line of a file. `code` is stable, `message` for people; line 0 stands in no line of the file."""

    file = serializers.CharField()
    line = serializers.IntegerField()
    course = serializers.CharField()
    person = serializers.CharField()
    outcome = serializers.ChoiceField(LineOutcome.choices)
    code = serializers.CharField()
    message = serializers.CharField()


class FileReportSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    applied = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField())
    unused_columns = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())
    lines = FileLineSerializer(many=True)


class FileUploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True)
    apply = serializers.BooleanField(default=False, help_text="Without it nothing is changed.")

    def validate_file(self, file: Any) -> Any:
        if file.size > MAX_UPLOAD:
            raise serializers.ValidationError(_("The file is larger than 10 MB. Split it."), code="too_large")
        return file


class TimetableFileSerializer(FileUploadSerializer):
    """What the file does not say, as on the page. Nothing is remembered from one call to the next."""

    periods = serializers.CharField(
        default="", allow_blank=True, max_length=20_000, help_text="UNTIS: one period per line, 1 = 08:00-08:45"
    )
    first_day = serializers.DateField(required=False)
    last_day = serializers.DateField(required=False)
    names = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=20_000,
        help_text="One per line: name in the file = code, or code/group",
    )
    join = serializers.BooleanField(default=True, help_text="Periods that follow each other are one session.")
    end_missing = serializers.BooleanField(default=False)
    stations = serializers.BooleanField(default=False, help_text="Administrators only.")
    teachers = serializers.BooleanField(default=False, help_text="Administrators only.")


class MarkFileSerializer(FileUploadSerializer):
    course = serializers.CharField(default="", allow_blank=True, max_length=32, help_text="Of lines that name none.")
    overwrite = serializers.BooleanField(default=False, help_text="Replace what a person has decided.")


def _asked(kind: type[FileUploadSerializer], request: Request) -> tuple[str, bytes, dict[str, Any]]:
    wanted = kind(data=request.data)
    wanted.is_valid(raise_exception=True)
    asked: dict[str, Any] = wanted.validated_data
    file = asked.pop("file")
    return file.name, file.read(), asked


class TimetableFileViewSet(viewsets.GenericViewSet[Any]):
    permission_classes = (ByRole,)
    serializer_class = FileReportSerializer
    parser_classes = (BoundedUpload,)
    pagination_class = None
    filterset_class = None
    needs: ClassVar[dict[str, str]] = {"create": CHANGE_TIMETABLE}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"create": (409, 413)}

    @extend_schema(
        summary="Read a timetable from iCalendar or UNTIS",
        description="Sending the same file again changes nothing.",
        request={"multipart/form-data": TimetableFileSerializer},
        responses=FileReportSerializer,
    )
    def create(self, request: Request) -> Response:
        name, data, asked = _asked(TimetableFileSerializer, request)
        options = TimetableOptions.of(caller(request), asked)
        do = plan.apply if asked["apply"] else plan.dry_run
        return Response(do(read(name, data, options), options).as_dict())


class MarkFileViewSet(viewsets.GenericViewSet[Any]):
    permission_classes = (ByRole,)
    serializer_class = FileReportSerializer
    parser_classes = (BoundedUpload,)
    pagination_class = None
    filterset_class = None
    needs: ClassVar[dict[str, str]] = {"create": CORRECT}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"create": (409, 413)}

    @extend_schema(
        summary="Read a table of sessions or of marks",
        description="A column status makes it a table of marks. Sending the same file again changes nothing.",
        request={"multipart/form-data": MarkFileSerializer},
        responses=FileReportSerializer,
    )
    def create(self, request: Request) -> Response:
        name, data, asked = _asked(MarkFileSerializer, request)
        sheet = reading.read(name, data, by=caller(request), course=asked["course"])
        do = files.apply if asked["apply"] else files.dry_run
        return Response(do(sheet, overwrite=asked["overwrite"]).as_dict())
