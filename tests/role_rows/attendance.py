"""Attendance in the role matrix: rows as in tests/support/role_matrix.py, and the rows of the database that they need.

The course `cs101` is the teacher's; Grace and the member, Ada, are enrolled in it.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from attendance.models import (
    Appeal,
    AtRisk,
    CalendarFeed,
    ClassSession,
    ClosedDay,
    Course,
    Doubt,
    Enrollment,
    Excuse,
    ImportedSlot,
    PhoneMark,
    RollEntry,
    SourcedId,
    TimetableRule,
)
from attendance.sessions.calendars.feeds import token_of
from attendance.sessions.sessions import open_session

ROWS = """
# --- attendance: pages
GET    /attendance/                                              login 200   200   302   302   302   login
GET    /attendance/analytics/                                    login 200   200   200   200   200   login
GET    /attendance/calendar/                                     login 200   200   200   200   200   login
GET    /attendance/calendar/<token>.ics                          200   200   200   200   200   200   200
GET    /attendance/calendar/end/                                 302   302   302   302   302   302   302
POST   /attendance/calendar/end/                                 login 302   302   302   302   302   login
GET    /attendance/calendar/new/                                 302   302   302   302   302   302   302
POST   /attendance/calendar/new/                                 login 302   302   302   302   302   login
GET    /attendance/courses/                                      login 200   200   403   403   403   login
GET    /attendance/courses/<code>/                               login 200   200   403   403   403   login
GET    /attendance/courses/<code>/import/                        login 200   200   403   403   403   login
POST   /attendance/courses/<code>/import/                        login 400   400   403   403   403   login
GET    /attendance/import/                                       login 200   200   403   403   403   login
POST   /attendance/import/                                       login 400   400   403   403   403   login
GET    /attendance/import/apply/                                 302   302   302   302   302   302   302
POST   /attendance/import/apply/                                 login 404   404   403   403   403   login
GET    /attendance/courses/<code>/marks/import/                  login 200   200   403   403   403   login
POST   /attendance/courses/<code>/marks/import/                  login 400   400   403   403   403   login
GET    /attendance/marks/import/                                 login 200   200   403   403   403   login
POST   /attendance/marks/import/                                 login 400   400   403   403   403   login
GET    /attendance/marks/import/template/<kind>.csv              login 200   200   403   403   403   login
GET    /attendance/marks/import/template/<kind>.xlsx             login 200   200   403   403   403   login
GET    /attendance/marks/import/apply/                           302   302   302   302   302   302   302
POST   /attendance/marks/import/apply/                           login 404   404   403   403   403   login
GET    /attendance/timetables/import/                            login 200   200   403   403   403   login
POST   /attendance/timetables/import/                            login 400   400   403   403   403   login
GET    /attendance/timetables/import/apply/                      302   302   302   302   302   302   302
POST   /attendance/timetables/import/apply/                      login 404   404   403   403   403   login
GET    /attendance/courses/<code>/phone/                         login 200   200   403   403   403   login
POST   /attendance/courses/<code>/phone/                         login 400   400   403   403   403   login
GET    /attendance/courses/<code>/grades/                        login 200   200   403   403   403   login
GET    /attendance/courses/<code>/grades/<form>.csv              login 200   200   403   403   403   login
GET    /attendance/courses/<code>/statuses/                      login 200   200   403   403   403   login
POST   /attendance/courses/<code>/statuses/                      login 400   400   403   403   403   login
GET    /attendance/holidays/                                     login 200   403   403   403   403   login
POST   /attendance/holidays/                                     login 400   403   403   403   403   login
GET    /attendance/statuses/                                     login 200   403   403   403   403   login
POST   /attendance/statuses/                                     login 400   403   403   403   403   login
GET    /attendance/excuses/                                      login 200   200   200   200   200   login
POST   /attendance/excuses/                                      login 400   400   400   400   400   login
GET    /attendance/excuses/<pk>/decide/                          302   302   302   302   302   302   302
POST   /attendance/excuses/<pk>/decide/                          login 302   302   403   403   403   login
GET    /attendance/excuses/<pk>/file/                            login 404   404   404   404   404   login
GET    /attendance/excuses/<pk>/withdraw/                        302   302   302   302   302   302   302
POST   /attendance/excuses/<pk>/withdraw/                        login 404   404   404   404   404   login
GET    /attendance/people/<pk>/excuses/                          login 200   200   403   403   403   login
POST   /attendance/people/<pk>/excuses/                          login 400   400   403   403   403   login
GET    /attendance/phone/                                        login 410   410   410   410   410   login
POST   /attendance/phone/                                        login 410   410   410   410   410   login
GET    /attendance/phone/<pk>/                                   200   200   200   200   200   200   200
GET    /attendance/phone/<pk>/claim/                             302   302   302   302   302   302   302
POST   /attendance/phone/<pk>/claim/                             410   410   410   410   410   410   410
GET    /attendance/sessions/<pk>/phone/                          302   302   302   302   302   302   302
POST   /attendance/sessions/<pk>/phone/                          login 302   302   403   403   403   login
GET    /attendance/sessions/<pk>/phone/code/                     login 409   409   403   403   403   login
GET    /attendance/courses/<code>/rules/                         login 200   200   403   403   403   login
POST   /attendance/courses/<code>/rules/                         login 400   400   403   403   403   login
GET    /attendance/courses/<code>/sessions/                      login 200   200   403   403   403   login
GET    /attendance/courses/<code>/sessions/more/                 302   302   302   302   302   302   302
POST   /attendance/courses/<code>/sessions/more/                 login 400   400   403   403   403   login
GET    /attendance/courses/<code>/timetable/                     login 200   200   403   403   403   login
POST   /attendance/courses/<code>/timetable/                     login 400   400   403   403   403   login
GET    /attendance/courses/<code>/timetable/<pk>/                login 200   200   403   403   403   login
POST   /attendance/courses/<code>/timetable/<pk>/                login 400   400   403   403   403   login
GET    /attendance/courses/<code>/timetable/<pk>/remove/         login 200   200   403   403   403   login
POST   /attendance/courses/<code>/timetable/<pk>/remove/         login 302   302   403   403   403   login
GET    /attendance/mine/                                         login 200   200   200   200   200   login
GET    /attendance/mine/<pk>/not-me/                             302   302   302   302   302   302   302
POST   /attendance/mine/<pk>/not-me/                             login 404   404   404   404   302   login
GET    /attendance/sessions/<pk>/people/<person>/not-them/<line>/ 302  302   302   302   302   302   302
POST   /attendance/sessions/<pk>/people/<person>/not-them/<line>/ login 302  302   403   403   403   login
GET    /attendance/mine/<pk>/appeal/                             302   302   302   302   302   302   302
POST   /attendance/mine/<pk>/appeal/                             login 404   404   404   404   302   login
GET    /attendance/people/<pk>/                                  login 200   200   403   403   403   login
GET    /attendance/reports/                                      login 200   200   200   200   200   login
GET    /attendance/reports/<form>/                               login 200   200   200   200   200   login
GET    /attendance/review/                                       login 200   200   403   403   403   login
GET    /attendance/review/appeals/<pk>/                          302   302   302   302   302   302   302
POST   /attendance/review/appeals/<pk>/                          login 302   302   403   403   403   login
GET    /attendance/review/doubts/<pk>/                           302   302   302   302   302   302   302
POST   /attendance/review/doubts/<pk>/                           login 302   302   403   403   403   login
GET    /attendance/sessions/<pk>/                                login 200   200   403   403   403   login
GET    /attendance/sessions/<pk>/board/                          login 200   200   403   403   403   login
GET    /attendance/sessions/<pk>/cancel/                         login 200   200   403   403   403   login
POST   /attendance/sessions/<pk>/cancel/                         login 302   302   403   403   403   login
GET    /attendance/sessions/<pk>/csv/                            login 200   200   403   403   403   login
GET    /attendance/sessions/<pk>/judge-again/                    302   302   302   302   302   302   302
POST   /attendance/sessions/<pk>/judge-again/                    login 302   302   403   403   403   login
GET    /attendance/sessions/<pk>/note/                           302   302   302   302   302   302   302
POST   /attendance/sessions/<pk>/note/                           login 302   302   403   403   403   login
GET    /attendance/sessions/<pk>/open/                           302   302   302   302   302   302   302
POST   /attendance/sessions/<pk>/open/                           login 302   302   403   403   403   login
GET    /attendance/sessions/<pk>/people/<person>/                login 200   200   403   403   403   login
POST   /attendance/sessions/<pk>/people/<person>/                login 302   302   403   403   403   login
GET    /attendance/sessions/<pk>/set/                            302   302   302   302   302   302   302
POST   /attendance/sessions/<pk>/set/                            login 302   302   403   403   403   login
GET    /attendance/sessions/<pk>/stop/                           login 200   200   403   403   403   login
POST   /attendance/sessions/<pk>/stop/                           login 302   302   403   403   403   login
GET    /attendance/start/                                        302   302   302   302   302   302   302
POST   /attendance/start/                                        login 400   400   403   403   403   login
# --- attendance: API (409: the session of the classroom is open already)
GET    /api/v1/attendance/appeals/                               401   200   200   200   200   200   401
POST   /api/v1/attendance/appeals/                               401   400   400   400   400   400   401
GET    /api/v1/attendance/appeals/<pk>/                          401   200   200   404   404   404   401
POST   /api/v1/attendance/appeals/<pk>/answer/                   401   400   400   403   403   403   401
GET    /api/v1/attendance/closed-days/                           401   200   200   200   200   200   401
POST   /api/v1/attendance/closed-days/                           401   400   403   403   403   403   401
DELETE /api/v1/attendance/closed-days/<pk>/                      401   204   403   403   403   403   401
GET    /api/v1/attendance/closed-days/<pk>/                      401   200   200   200   200   200   401
GET    /api/v1/attendance/courses/                               401   200   200   403   403   403   401
POST   /api/v1/attendance/courses/                               401   400   403   403   403   403   401
GET    /api/v1/attendance/courses/<code>/                        401   200   200   403   403   403   401
PATCH  /api/v1/attendance/courses/<code>/                        401   200   403   403   403   403   401
GET    /api/v1/attendance/courses/<code>/grades/                 401   400   400   403   403   403   401
GET    /api/v1/attendance/courses/<code>/statuses/               401   200   200   403   403   403   401
GET    /api/v1/attendance/doubts/                                401   200   200   403   403   403   401
GET    /api/v1/attendance/doubts/<pk>/                           401   200   200   403   403   403   401
POST   /api/v1/attendance/doubts/<pk>/resolve/                   401   400   400   403   403   403   401
GET    /api/v1/attendance/enrolments/                            401   200   200   200   200   200   401
POST   /api/v1/attendance/enrolments/                            401   400   403   403   403   403   401
DELETE /api/v1/attendance/enrolments/<pk>/                       401   204   403   403   403   403   401
GET    /api/v1/attendance/enrolments/<pk>/                       401   200   200   404   404   404   401
PATCH  /api/v1/attendance/enrolments/<pk>/                       401   200   403   403   403   403   401
GET    /api/v1/attendance/excuses/                               401   200   200   200   200   200   401
POST   /api/v1/attendance/excuses/                               401   400   400   400   400   400   401
GET    /api/v1/attendance/excuses/<pk>/                          401   200   200   404   404   404   401
POST   /api/v1/attendance/excuses/<pk>/decide/                   401   400   400   403   403   403   401
GET    /api/v1/attendance/records/                               401   200   200   200   200   200   401
GET    /api/v1/attendance/records/<pk>/                          401   200   200   404   404   404   401
POST   /api/v1/attendance/records/<pk>/correct/                  401   400   400   403   403   403   401
GET    /api/v1/attendance/records/<pk>/history/                  401   200   200   404   404   404   401
GET    /api/v1/attendance/reports/                               401   200   200   200   200   200   401
GET    /api/v1/attendance/sessions/                              401   200   200   403   403   403   401
POST   /api/v1/attendance/sessions/                              401   400   400   403   403   403   401
GET    /api/v1/attendance/sessions/<pk>/                         401   200   200   403   403   403   401
POST   /api/v1/attendance/sessions/<pk>/arrivals/                401   400   400   403   403   403   401
POST   /api/v1/attendance/sessions/<pk>/cancel/                  401   409   409   403   403   403   401
POST   /api/v1/attendance/sessions/<pk>/close/                   401   200   200   403   403   403   401
POST   /api/v1/attendance/sessions/<pk>/correct/                 401   400   400   403   403   403   401
GET    /api/v1/attendance/sessions/<pk>/csv/                     401   200   200   403   403   403   401
POST   /api/v1/attendance/sessions/<pk>/open/                    401   409   409   403   403   403   401
POST   /api/v1/attendance/sessions/<pk>/recompute/               401   200   200   403   403   403   401
GET    /api/v1/attendance/sessions/<pk>/records/                 401   200   200   403   403   403   401
POST   /api/v1/attendance/sessions/<pk>/phone/                   401   400   400   403   403   403   401
GET    /api/v1/attendance/sessions/<pk>/phone-code/              401   409   409   403   403   403   401
POST   /api/v1/attendance/sessions/start/                        401   400   400   403   403   403   401
GET    /api/v1/attendance/timetable/                             401   200   200   403   403   403   401
POST   /api/v1/attendance/timetable/                             401   400   400   403   403   403   401
POST   /api/v1/attendance/mark-files/                            401   400   400   403   403   403   401
POST   /api/v1/attendance/timetable-files/                       401   400   400   403   403   403   401
DELETE /api/v1/attendance/timetable/<pk>/                        401   204   204   403   403   403   401
GET    /api/v1/attendance/timetable/<pk>/                        401   200   200   403   403   403   401
PATCH  /api/v1/attendance/timetable/<pk>/                        401   200   200   403   403   403   401
# --- attendance: admin
GET    /admin/attendance/appeal/                                 login 200   login 403   403   login login
GET    /admin/attendance/appeal/<object_id>/change/              login 200   login 403   403   login login
GET    /admin/attendance/appeal/<object_id>/delete/              login 403   login 403   403   login login
GET    /admin/attendance/appeal/<pk>/answer/                     login 200   login 403   403   login login
GET    /admin/attendance/appeal/add/                             login 403   login 403   403   login login
GET    /admin/attendance/attendancerecord/                       login 200   login 403   403   login login
GET    /admin/attendance/attendancerecord/<object_id>/change/    login 200   login 403   403   login login
GET    /admin/attendance/attendancerecord/<object_id>/delete/    login 403   login 403   403   login login
GET    /admin/attendance/attendancerecord/<pk>/correct/          login 200   login 403   403   login login
GET    /admin/attendance/attendancerecord/add/                   login 403   login 403   403   login login
GET    /admin/attendance/calendarfeed/                           login 200   login 403   403   login login
GET    /admin/attendance/calendarfeed/<object_id>/change/        login 200   login 403   403   login login
GET    /admin/attendance/calendarfeed/<object_id>/delete/        login 200   login 403   403   login login
GET    /admin/attendance/calendarfeed/add/                       login 403   login 403   403   login login
GET    /admin/attendance/classsession/                           login 200   login 403   403   login login
GET    /admin/attendance/classsession/<object_id>/change/        login 200   login 403   403   login login
GET    /admin/attendance/classsession/<object_id>/delete/        login 403   login 403   403   login login
GET    /admin/attendance/classsession/add/                       login 200   login 403   403   login login
GET    /admin/attendance/closedday/                              login 200   login 403   403   login login
GET    /admin/attendance/closedday/<object_id>/change/           login 200   login 403   403   login login
GET    /admin/attendance/closedday/<object_id>/delete/           login 200   login 403   403   login login
GET    /admin/attendance/closedday/add/                          login 200   login 403   403   login login
GET    /admin/attendance/course/                                 login 200   login 403   403   login login
GET    /admin/attendance/course/<object_id>/change/              login 200   login 403   403   login login
GET    /admin/attendance/course/<object_id>/delete/              login 200   login 403   403   login login
GET    /admin/attendance/course/add/                             login 200   login 403   403   login login
GET    /admin/attendance/doubt/                                  login 200   login 403   403   login login
GET    /admin/attendance/doubt/<object_id>/change/               login 200   login 403   403   login login
GET    /admin/attendance/doubt/<object_id>/delete/               login 403   login 403   403   login login
GET    /admin/attendance/doubt/add/                              login 403   login 403   403   login login
GET    /admin/attendance/enrollment/                             login 200   login 403   403   login login
GET    /admin/attendance/enrollment/<object_id>/change/          login 200   login 403   403   login login
GET    /admin/attendance/enrollment/<object_id>/delete/          login 200   login 403   403   login login
GET    /admin/attendance/atrisk/                                 login 200   login 403   403   login login
GET    /admin/attendance/atrisk/<object_id>/change/              login 200   login 403   403   login login
GET    /admin/attendance/atrisk/<object_id>/delete/              login 403   login 403   403   login login
GET    /admin/attendance/atrisk/add/                             login 403   login 403   403   login login
GET    /admin/attendance/enrollment/add/                         login 200   login 403   403   login login
GET    /admin/attendance/importedslot/                           login 200   login 403   403   login login
GET    /admin/attendance/importedslot/<object_id>/change/        login 200   login 403   403   login login
GET    /admin/attendance/importedslot/<object_id>/delete/        login 200   login 403   403   login login
GET    /admin/attendance/importedslot/add/                       login 403   login 403   403   login login
GET    /admin/attendance/phonemark/                              login 200   login 403   403   login login
GET    /admin/attendance/phonemark/<object_id>/change/           login 200   login 403   403   login login
GET    /admin/attendance/phonemark/<object_id>/delete/           login 403   login 403   403   login login
GET    /admin/attendance/phonemark/add/                          login 403   login 403   403   login login
GET    /admin/attendance/rollentry/                              login 200   login 403   403   login login
GET    /admin/attendance/rollentry/<object_id>/change/           login 200   login 403   403   login login
GET    /admin/attendance/rollentry/<object_id>/delete/           login 403   login 403   403   login login
GET    /admin/attendance/rollentry/add/                          login 403   login 403   403   login login
GET    /admin/attendance/sourcedid/                              login 200   login 403   403   login login
GET    /admin/attendance/sourcedid/<object_id>/change/           login 200   login 403   403   login login
GET    /admin/attendance/sourcedid/<object_id>/delete/           login 200   login 403   403   login login
GET    /admin/attendance/sourcedid/add/                          login 403   login 403   403   login login
POST   /admin/attendance/appeal/<pk>/answer/                     login 400   login 403   403   login login
POST   /admin/attendance/attendancerecord/<pk>/correct/          login 400   login 403   403   login login
POST   /admin/attendance/course/add/                             login 200   login 403   403   login login
POST   /admin/attendance/course/<object_id>/change/              login 200   login 403   403   login login
POST   /admin/attendance/course/<object_id>/delete/              login 200   login 403   403   login login
POST   /admin/attendance/enrollment/add/                         login 200   login 403   403   login login
POST   /admin/attendance/closedday/add/                          login 200   login 403   403   login login
POST   /admin/attendance/classsession/add/                       login 200   login 403   403   login login
"""

SOCKETS = """
/ws/attendance/<session>/  not_permitted hello hello not_permitted not_permitted not_permitted not_permitted
"""


class Classroom:
    """A course with one open session. Grace is the first of `people`: she is acted upon."""

    def __init__(self, *, teacher, people) -> None:
        self.course = Course.objects.create(code="cs101", title="Algorithms")
        self.course.teachers.add(teacher)
        for person in people:
            Enrollment.objects.create(course=self.course, person=person)
        today = timezone.localdate()
        self.rule = TimetableRule.objects.create(
            course=self.course, weekday=0, starts="09:00", ends="10:00", first_day=today, last_day=today
        )
        now = timezone.now()
        planned = ClassSession.objects.create(course=self.course, starts_at=now, ends_at=now + timedelta(hours=1))
        self.session = open_session(planned)
        self.enrolment = Enrollment.objects.get(person=people[0])
        self.record = self.session.records.get(person=people[0])
        self.own_record = self.session.records.get(person=people[1])
        self.doubt = Doubt.objects.create(session=self.session, person=people[0], kind="uncertain", at=now)
        self.appeal = Appeal.objects.create(record=self.record, message="I was there")
        self.line = RollEntry.objects.create(
            session=self.session, person=self.record.person, kind="seen", source="kiosk", at=timezone.now()
        )
        self.excuse = Excuse.objects.create(
            person=people[0], course=self.course, since=today, until=today, reason="Doctor"
        )
        PhoneMark.objects.create(session=self.session, person=people[0], device="d" * 64)
        AtRisk.objects.create(course=self.course, person=people[0])
        self.feed = CalendarFeed.objects.create(person=people[0], key="k" * 24)
        SourcedId.objects.create(kind="class", sourced_id="c-1", course=self.course)
        ImportedSlot.objects.create(kind="untis", course=self.course, said="0 09:00 10:00", line=self.rule)
        self.holiday = ClosedDay.objects.create(day=today + timedelta(days=300), name="Holiday")

    def arguments(self) -> dict[str, object]:
        """By the part of the address before the argument, as in tests/support/role_world.py."""
        api = "/api/v1/attendance/"
        return {
            "/ws/attendance/": self.session.pk,
            "/attendance/calendar/": token_of(self.feed),
            f"{api}courses/": "cs101",
            f"{api}enrolments/": self.enrolment.pk,
            f"{api}timetable/": self.rule.pk,
            f"{api}closed-days/": self.holiday.pk,
            f"{api}sessions/": self.session.pk,
            f"{api}records/": self.record.pk,
            f"{api}doubts/": self.doubt.pk,
            f"{api}appeals/": self.appeal.pk,
            "/attendance/courses/": self.course.code,
            "/attendance/courses/<code>/timetable/": self.rule.pk,
            "/attendance/sessions/": self.session.pk,
            "/attendance/sessions/<pk>/people/": self.record.person_id,
            "/attendance/sessions/<pk>/people/<person>/not-them/": self.line.pk,
            "/attendance/courses/<code>/grades/": "moodle",
            "/attendance/marks/import/template/": "marks",
            "/attendance/excuses/": self.excuse.pk,
            f"{api}excuses/": self.excuse.pk,
            "/attendance/phone/": self.session.pk,
            "/attendance/review/doubts/": self.doubt.pk,
            "/attendance/review/appeals/": self.appeal.pk,
            "/attendance/reports/": "csv",
            "/attendance/mine/": self.own_record.pk,
            "/attendance/people/": self.record.person_id,
        }
