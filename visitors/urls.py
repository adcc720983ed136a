"""The pages of the guest register, below /visitors/."""

from __future__ import annotations

from django.urls import path

from visitors.views import desk, evacuation, mine

app_name = "visitors"
urlpatterns = [
    path("", mine.mine, name="mine"),
    path("<int:pk>/cancel/", mine.cancel, name="cancel"),
    path("pass/<str:token>/", mine.guest_pass, name="pass"),
    # --- the reception
    path("desk/", desk.desk, name="desk"),
    path("desk/new/", desk.walk_in, name="walk_in"),
    path("desk/scan/", desk.scan, name="scan"),
    path("<int:pk>/arrive/", desk.arrive, name="arrive"),
    path("<int:pk>/leave/", desk.leave, name="leave"),
    path("<int:pk>/badge/", desk.badge, name="badge"),
    # --- the assembly point
    path("evacuation/", evacuation.evacuation, name="evacuation"),
    path("evacuation/start/", evacuation.start, name="start"),
    path("evacuation/<int:pk>/", evacuation.roll_call, name="roll_call"),
    path("evacuation/<int:pk>/state/", evacuation.state, name="state"),
    path("evacuation/<int:pk>/add/", evacuation.add, name="add"),
    path("evacuation/<int:pk>/end/", evacuation.end, name="end"),
    path("evacuation/<int:pk>/csv/", evacuation.csv, name="csv"),
    path("evacuation/<int:pk>/lines/<int:line>/", evacuation.tick, name="tick"),
]
