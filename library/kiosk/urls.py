"""What the page of a paired browser at a library station asks. No address and no field ever names a person."""

from __future__ import annotations

from django.urls import path

from library.kiosk import views as kiosk_views

app_name = "library_kiosk"
urlpatterns = [
    path("scan/", kiosk_views.scan, name="scan"),
    path("renew/", kiosk_views.renew, name="renew"),
    path("give-back/", kiosk_views.give_back, name="give_back"),
    path("undo/<int:line>/", kiosk_views.undo, name="undo"),
    path("finish/", kiosk_views.finish, name="finish"),
    path("leave-without/", kiosk_views.leave_without, name="leave_without"),
    path("receipt/", kiosk_views.receipt, name="receipt"),
    path("help/", kiosk_views.help_wanted, name="help"),
]
