"""Courses, enrolments, timetables and closed days. Administrators set them up, teachers see those of their own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ByRole, caller
from attendance.api.course_serializers import (
    ClosedDaySerializer,
    CourseEnrolmentChangeSerializer,
    CourseEnrolmentSerializer,
    CourseSerializer,
    GradesAskedSerializer,
    GradeSerializer,
    OwnStatusSerializer,
    TimetableLineSerializer,
)
from attendance.api.filters import ClosedDayFilter, CourseFilter, EnrolmentFilter, TimetableFilter
from attendance.api.permissions import (
    ADMINISTRATOR,
    CHANGE_TIMETABLE,
    SEE_COURSES,
    SEE_TIMETABLE,
    SIGNED_IN,
    each,
)
from attendance.models import ClosedDay, Course, Enrollment, TimetableRule
from attendance.reports.grades.grades import grades
from attendance.roll import own_statuses
from attendance.rules.visibility import courses_for, enrolments_for, lines_for
from attendance.sessions import enrolments, timetable_changes
from config.api.query import read_strictly

LOOKING = ("list", "retrieve")
CHANGING = ("create", "partial_update", "destroy")


class Patching:
    """PATCH alone: what a body does not name stays."""

    def partial_update(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        changed = self.get_serializer(self.get_object(), data=request.data, partial=True)
        changed.is_valid(raise_exception=True)
        self.perform_update(changed)
        return Response(changed.data)


@extend_schema_view(
    list=extend_schema(summary="Courses whose roll you keep"),
    retrieve=extend_schema(summary="One course"),
    create=extend_schema(summary="Add a course (administrators)"),
    partial_update=extend_schema(
        summary="Change some of a course's settings (administrators)",
        description="A change of room or of `active` changes the planned sessions at once.",
    ),
)
class CourseViewSet(
    Patching,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    viewsets.GenericViewSet[Course],
):
    """A course is deleted in the admin only, for its records go with it: set `active` to false."""

    queryset = Course.objects.none()  # names the model; get_queryset has the rows
    serializer_class = CourseSerializer
    filterset_class = CourseFilter
    permission_classes = (ByRole,)
    lookup_field = "code"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    needs: ClassVar[dict[str, str]] = each(SEE_COURSES, (*LOOKING, "statuses", "grades")) | each(
        ADMINISTRATOR, CHANGING
    )

    def get_queryset(self) -> QuerySet[Course]:
        return courses_for(caller(self.request)).select_related("department").prefetch_related("teachers", "stations")

    @extend_schema(summary="The statuses of a course, or those of the site", responses=OwnStatusSerializer(many=True))
    @action(detail=True, filterset_class=None, pagination_class=None)
    def statuses(self, request: Request, **kwargs: Any) -> Response:
        return Response(OwnStatusSerializer(own_statuses.set_of(self.get_object()).own, many=True).data)

    @extend_schema(
        summary="Grades from points, by person",
        parameters=[GradesAskedSerializer],
        responses=GradeSerializer(many=True),
    )
    @action(detail=True, filter_backends=(), pagination_class=None)
    def grades(self, request: Request, **kwargs: Any) -> Response:
        read_strictly(request, ("since", "until", "out_of"))
        asked = GradesAskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = grades(self.get_object(), **asked.validated_data, by=caller(request))
        return Response(GradeSerializer(rows, many=True).data)

    def perform_create(self, serializer: Any) -> None:
        self._save(serializer)

    def perform_update(self, serializer: Any) -> None:
        self._save(serializer)

    @transaction.atomic
    def _save(self, serializer: Any) -> None:
        timetable_changes.course_changed(serializer.save())


@extend_schema_view(
    list=extend_schema(summary="Enrolments in your courses, and your own"),
    retrieve=extend_schema(summary="One enrolment"),
    destroy=extend_schema(
        summary="Remove a person from a course (administrators)", description="Their records are kept."
    ),
)
class EnrolmentViewSet(mixins.DestroyModelMixin, viewsets.ReadOnlyModelViewSet[Enrollment]):
    queryset = Enrollment.objects.none()
    serializer_class = CourseEnrolmentSerializer
    filterset_class = EnrolmentFilter
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = each(SIGNED_IN, LOOKING) | each(ADMINISTRATOR, CHANGING)

    def get_queryset(self) -> QuerySet[Enrollment]:
        return enrolments_for(caller(self.request)).select_related("course", "person", "adviser")

    @extend_schema(summary="Enrol a person in a course (administrators)", responses={201: CourseEnrolmentSerializer})
    def create(self, request: Request) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made = enrolments.enrol(by=caller(request), **asked.validated_data)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change group or days of an enrolment (administrators)",
        request=CourseEnrolmentChangeSerializer,
        responses=CourseEnrolmentSerializer,
    )
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        enrolment = self.get_object()
        asked = CourseEnrolmentChangeSerializer(enrolment, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        before = {"group": enrolment.group, "since": enrolment.since, "until": enrolment.until}
        given = dict(asked.validated_data)
        if "adviser" in given:
            enrolments.advise(enrolment, given.pop("adviser"), by=caller(request))
        changed = enrolments.change(enrolment, by=caller(request), **{**before, **given})
        return Response(self.get_serializer(changed).data)

    def perform_destroy(self, instance: Enrollment) -> None:
        enrolments.unenrol(instance, by=caller(self.request))


@extend_schema_view(
    list=extend_schema(summary="Timetable lines of your courses"),
    retrieve=extend_schema(summary="One line of a timetable"),
    create=extend_schema(
        summary="Add a line and plan its sessions", description="Refused `overlap` when the room is taken at that time."
    ),
    partial_update=extend_schema(
        summary="Change a line", description="Planned sessions move with it. Sessions that have begun stay."
    ),
    destroy=extend_schema(summary="Remove a line and its planned sessions"),
)
class TimetableViewSet(
    Patching,
    mixins.CreateModelMixin,
    mixins.DestroyModelMixin,
    viewsets.ReadOnlyModelViewSet[TimetableRule],
):
    queryset = TimetableRule.objects.none()
    serializer_class = TimetableLineSerializer
    filterset_class = TimetableFilter
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = each(SEE_TIMETABLE, LOOKING) | each(CHANGE_TIMETABLE, CHANGING)

    def get_queryset(self) -> QuerySet[TimetableRule]:
        return lines_for(caller(self.request)).select_related("course")

    def perform_create(self, serializer: Any) -> None:
        line = TimetableRule(**serializer.validated_data)
        serializer.instance = timetable_changes.save_line(line, by=caller(self.request))

    def perform_update(self, serializer: Any) -> None:
        for name, value in serializer.validated_data.items():
            setattr(serializer.instance, name, value)
        timetable_changes.save_line(serializer.instance, by=caller(self.request))

    def perform_destroy(self, instance: TimetableRule) -> None:
        timetable_changes.remove_line(instance, by=caller(self.request))


@extend_schema_view(
    list=extend_schema(summary="Closed days"),
    retrieve=extend_schema(summary="One closed day"),
    create=extend_schema(summary="Close a day (administrators)", description="Its planned sessions are removed."),
    destroy=extend_schema(summary="Open a closed day again (administrators)"),
)
class ClosedDayViewSet(
    mixins.CreateModelMixin,
    mixins.DestroyModelMixin,
    viewsets.ReadOnlyModelViewSet[ClosedDay],
):
    queryset = ClosedDay.objects.select_related("department")
    serializer_class = ClosedDaySerializer
    filterset_class = ClosedDayFilter
    permission_classes = (ByRole,)
    lookup_value_regex = "[0-9]{1,18}"
    needs: ClassVar[dict[str, str]] = each(SIGNED_IN, LOOKING) | each(ADMINISTRATOR, CHANGING)

    def perform_create(self, serializer: Any) -> None:
        day = ClosedDay(**serializer.validated_data)
        serializer.instance = timetable_changes.save_closed_day(day, by=caller(self.request))

    def perform_destroy(self, instance: ClosedDay) -> None:
        timetable_changes.remove_closed_day(instance, by=caller(self.request))
