"""Signing up, and deciding about it."""

from __future__ import annotations

from django.urls import path

from recognition.enrol.newcomers import join_pages, staff_pages

urlpatterns = [
    path("join/", join_pages.code, name="join_code"),
    path("join/<str:token>/", join_pages.join, name="join"),
    path("join/<str:token>/judge/", join_pages.judge_frame, name="join_judge"),
    path("joined/", join_pages.joined, name="joined"),
    path("newcomers/", staff_pages.queue, name="newcomers"),
    path("newcomers/invite/", staff_pages.invite, name="invite"),
    path("newcomers/invitations/<int:pk>/revoke/", staff_pages.revoke, name="invitation_revoke"),
    path("newcomers/<int:pk>/accept/", staff_pages.accept, name="newcomer_accept"),
    path("newcomers/<int:pk>/decline/", staff_pages.decline, name="newcomer_decline"),
    path("newcomers/<int:pk>/photos/<int:number>/", staff_pages.photo, name="newcomer_photo"),
]
