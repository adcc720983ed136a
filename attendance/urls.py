"""The attendance pages, below /attendance/."""

from __future__ import annotations

from django.urls import include, path

from attendance.records.views import corrections, denials, excuses, mine, review, session
from attendance.sessions.views import courses, own_statuses, session_actions, timetable, today

app_name = "attendance"
urlpatterns = [
    path("", today.today, name="today"),
    path("start/", today.start, name="start"),
    # --- courses
    path("courses/", courses.courses, name="courses"),
    path("courses/<slug:code>/", courses.roster, name="course"),
    path("courses/<slug:code>/rules/", courses.rules, name="rules"),
    path("courses/<slug:code>/statuses/", own_statuses.of_course, name="course_statuses"),
    path("statuses/", own_statuses.of_site, name="statuses"),
    path("courses/<slug:code>/sessions/", timetable.course_sessions, name="sessions"),
    path("courses/<slug:code>/sessions/more/", timetable.one_more, name="one_more"),
    path("courses/<slug:code>/timetable/", timetable.lines, name="timetable"),
    path("courses/<slug:code>/timetable/<int:pk>/", timetable.line, name="line"),
    path("courses/<slug:code>/timetable/<int:pk>/remove/", timetable.remove_line, name="remove_line"),
    path("", include("attendance.imports.urls")),
    path("", include("attendance.sessions.calendars.urls")),
    path("", include("attendance.sessions.phone.urls")),
    # --- one session
    path("sessions/<int:pk>/", session.session_page, name="session"),
    path("sessions/<int:pk>/board/", session.board, name="board"),
    path("sessions/<int:pk>/cancel/", session_actions.cancel, name="cancel"),
    path("sessions/<int:pk>/csv/", session_actions.download, name="csv"),
    path("sessions/<int:pk>/judge-again/", session_actions.judge_again, name="judge_again"),
    path("sessions/<int:pk>/note/", session_actions.note, name="note"),
    path("sessions/<int:pk>/open/", session_actions.open_session, name="open"),
    path("sessions/<int:pk>/people/<int:person>/", corrections.person, name="person"),
    path("sessions/<int:pk>/people/<int:person>/not-them/<int:line>/", denials.not_them, name="not_them"),
    path("sessions/<int:pk>/set/", corrections.set_many, name="set_many"),
    path("sessions/<int:pk>/stop/", session_actions.stop, name="stop"),
    # --- what waits for a person's eye
    path("review/", review.review, name="review"),
    path("review/appeals/<int:pk>/", review.answer, name="answer"),
    path("review/doubts/<int:pk>/", review.decide, name="decide"),
    # --- people
    path("mine/", mine.mine, name="mine"),
    path("mine/<int:pk>/appeal/", mine.appeal, name="appeal"),
    path("mine/<int:pk>/not-me/", denials.not_me, name="not_me"),
    path("excuses/", excuses.mine, name="excuses"),
    path("excuses/<int:pk>/decide/", excuses.decide, name="excuse_decide"),
    path("excuses/<int:pk>/file/", excuses.file, name="excuse_file"),
    path("excuses/<int:pk>/withdraw/", excuses.withdraw, name="excuse_withdraw"),
    path("people/<int:pk>/excuses/", excuses.for_person, name="excuses_of"),
    path("people/<int:pk>/", mine.of_person, name="of_person"),
    # --- what the rolls say together
    path("", include("attendance.reports.urls")),
    path("", include("attendance.reports.grades.urls")),
    path("", include("attendance.reports.analytics.urls")),
]
