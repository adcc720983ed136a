"""The pages of “Try it with your own face”. On a site that is not a demo each answers 404."""

from __future__ import annotations

from django.urls import path

from recognition.demo.try_it import views

app_name = "try_it"
urlpatterns = [
    path("", views.start, name="start"),
    path("photos/", views.photos, name="photos"),
    path("photos/judge/", views.judge_frame, name="judge"),
    path("photos/save/", views.save, name="save"),
    path("station/", views.station, name="station"),
    path("station/look/", views.look, name="look"),
    path("challenge/", views.challenge, name="challenge"),
    path("challenge/answer/", views.answer, name="answer"),
    path("delete/", views.delete, name="delete"),
    path("deleted/", views.deleted, name="deleted"),
]
