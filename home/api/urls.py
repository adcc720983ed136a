from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from home.api.first_steps import FirstStepViewSet
from home.api.institution import InstitutionView
from home.api.views import NotificationViewSet

router = SimpleRouter()
router.register("notifications", NotificationViewSet, basename="notification")
router.register("first-steps", FirstStepViewSet, basename="first-step")
urlpatterns = [path("institution/", InstitutionView.as_view(), name="institution"), *router.urls]
