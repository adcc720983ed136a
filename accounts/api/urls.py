from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from accounts.api.tokens import LoginView, LogoutAllView, LogoutView
from accounts.api.views import ConsentViewSet, DepartmentViewSet, PersonViewSet

router = SimpleRouter()
router.register("people", PersonViewSet, basename="person")
router.register("departments", DepartmentViewSet, basename="department")
router.register("consents", ConsentViewSet, basename="consent")

urlpatterns = [
    path("auth/login/", LoginView.as_view(), name="login"),
    path("auth/logout/", LogoutView.as_view(), name="logout"),
    path("auth/logoutall/", LogoutAllView.as_view(), name="logoutall"),
    *router.urls,
]
