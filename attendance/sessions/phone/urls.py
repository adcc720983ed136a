"""Marking by phone: the teacher's pages, and those that a phone opens."""

from __future__ import annotations

from django.urls import path

from attendance.sessions.phone import phone_views, teacher_views

urlpatterns = [
    path("courses/<slug:code>/phone/", teacher_views.rules, name="phone_rules"),
    path("sessions/<int:pk>/phone/", teacher_views.switch, name="phone_switch"),
    path("sessions/<int:pk>/phone/code/", teacher_views.code, name="phone_code"),
    path("phone/", phone_views.button, name="phone_button"),
    path("phone/<int:pk>/", phone_views.scanned, name="phone"),
    path("phone/<int:pk>/claim/", phone_views.claim, name="phone_claim"),
]
