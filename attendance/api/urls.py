from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from attendance.api.course_views import ClosedDayViewSet, CourseViewSet, EnrolmentViewSet, TimetableViewSet
from attendance.api.excuse_views import ExcuseViewSet
from attendance.api.file_views import MarkFileViewSet, TimetableFileViewSet
from attendance.api.record_views import AppealViewSet, DoubtViewSet, RecordViewSet
from attendance.api.report_views import ReportView
from attendance.api.session_views import SessionViewSet

router = SimpleRouter()
router.register("courses", CourseViewSet, basename="course")
router.register("enrolments", EnrolmentViewSet, basename="enrolment")
router.register("timetable", TimetableViewSet, basename="timetable-line")
router.register("timetable-files", TimetableFileViewSet, basename="timetable-file")
router.register("mark-files", MarkFileViewSet, basename="mark-file")
router.register("closed-days", ClosedDayViewSet, basename="closed-day")
router.register("sessions", SessionViewSet, basename="session")
router.register("records", RecordViewSet, basename="record")
router.register("doubts", DoubtViewSet, basename="doubt")
router.register("excuses", ExcuseViewSet, basename="excuse")
router.register("appeals", AppealViewSet, basename="appeal")

urlpatterns: list[URLPattern | URLResolver] = [
    path("attendance/reports/", ReportView.as_view(), name="attendance-report"),
    path("attendance/", include(router.urls)),
]
