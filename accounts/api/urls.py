from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from accounts.api.doors import DoorDeviceViewSet
from accounts.api.sign_ins import SignInViewSet
from accounts.api.tokens import LoginView, LogoutAllView, LogoutView
from accounts.api.views import ConsentViewSet, DepartmentViewSet, PersonViewSet
from accounts.api.webhooks import WebhookDeliveryViewSet, WebhookViewSet

router = SimpleRouter()
router.register("people", PersonViewSet, basename="person")
router.register("departments", DepartmentViewSet, basename="department")
router.register("consents", ConsentViewSet, basename="consent")
router.register("sign-ins", SignInViewSet, basename="sign-in")
router.register("webhooks", WebhookViewSet, basename="webhook")
router.register("webhook-deliveries", WebhookDeliveryViewSet, basename="webhook-delivery")
router.register("door-devices", DoorDeviceViewSet, basename="door-device")

urlpatterns = [
    path("auth/login/", LoginView.as_view(), name="login"),
    path("auth/logout/", LogoutView.as_view(), name="logout"),
    path("auth/logoutall/", LogoutAllView.as_view(), name="logoutall"),
    *router.urls,
]
