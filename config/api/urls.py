"""The API's addresses, each app's beside the others under one version."""

from __future__ import annotations

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from accounts.api.urls import urlpatterns as accounts
from attendance.api.urls import urlpatterns as attendance
from config.api.docs import ApiDocs
from config.api.problems import NoSuchAddress
from home.api.urls import urlpatterns as home
from library.api.urls import urlpatterns as library
from lockers.api.urls import urlpatterns as lockers
from recognition.api.urls import urlpatterns as recognition
from visitors.api.urls import urlpatterns as visitors

app_name = "api"

urlpatterns = [
    re_path("\x00", NoSuchAddress.as_view()),  # no database can look for it, and PostgreSQL breaks on it
    path("v1/", include([*accounts, *recognition, *attendance, *library, *lockers, *visitors, *home])),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", ApiDocs.as_view(), name="docs"),
    re_path("", NoSuchAddress.as_view(), name="no-such-address"),
]
