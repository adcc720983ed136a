from __future__ import annotations

from django.urls import path

from attendance.sessions.calendars import holiday_views
from attendance.sessions.calendars import views as pages

urlpatterns = [
    path("holidays/", holiday_views.holidays, name="holidays"),
    path("calendar/", pages.mine, name="calendar"),
    path("calendar/new/", pages.renew, name="calendar_new"),
    path("calendar/end/", pages.end, name="calendar_end"),
    path("calendar/<str:token>.ics", pages.feed, name="calendar_feed"),
]
