from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from lockers.api import views

router = SimpleRouter()
router.register("doors", views.DoorViewSet, basename="door")
router.register("openings", views.OpeningViewSet, basename="opening")
router.register("assignments", views.AssignmentViewSet, basename="assignment")
router.register("attempts", views.AttemptViewSet, basename="attempt")
router.register("alarms", views.AlarmViewSet, basename="alarm")
router.register("customers", views.CustomerViewSet, basename="customer")

urlpatterns = [path("lockers/", include([path("keys/redeem/", views.Redeem.as_view(), name="redeem"), *router.urls]))]
