from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from lockers.api import abandoned, grants, passkeys, terms, views

router = SimpleRouter()
router.register("doors", views.DoorViewSet, basename="door")
router.register("banks", views.BankViewSet, basename="bank")
router.register("openings", views.OpeningViewSet, basename="opening")
router.register("assignments", views.AssignmentViewSet, basename="assignment")
router.register("attempts", views.AttemptViewSet, basename="attempt")
router.register("alarms", views.AlarmViewSet, basename="alarm")
router.register("abandoned", abandoned.CaseViewSet, basename="case")
router.register("terms", terms.TermsViewSet, basename="terms")
router.register("terms-answers", terms.TermsAnswerViewSet, basename="terms-answer")
router.register("grants", grants.GrantViewSet, basename="grant")
router.register("releases", views.BankReleaseViewSet, basename="release")
router.register("silent-alarms", views.SilentAlarmViewSet, basename="silent-alarm")
router.register("passkeys", passkeys.PasskeyViewSet, basename="passkey")
router.register("customers", views.CustomerViewSet, basename="customer")

urlpatterns = [path("lockers/", include([path("keys/redeem/", views.Redeem.as_view(), name="redeem"), *router.urls]))]
