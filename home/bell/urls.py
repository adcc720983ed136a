"""The bell's pages, below /bell/."""

from __future__ import annotations

from django.urls import path

from home.bell import views

app_name = "bell"
urlpatterns = [
    path("", views.bell, name="bell"),
    path("read/", views.read_all, name="read"),
    path("<int:pk>/open/", views.open_one, name="open"),
]
