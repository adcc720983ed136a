from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from recognition.api.examples import ImpostorExampleViewSet
from recognition.api.looking_views import IdentifyView, VerifyView
from recognition.api.newcomers import InvitationViewSet, NewcomerViewSet
from recognition.api.own_looks import OwnLookViewSet
from recognition.api.own_photos import OwnPhotoViewSet, PhotoChangeViewSet
from recognition.api.views import FaceSampleViewSet, SightingViewSet, StationViewSet

router = SimpleRouter()
router.register("face-samples", FaceSampleViewSet, basename="face-sample")
router.register("stations", StationViewSet, basename="station")
router.register("sightings", SightingViewSet, basename="sighting")
router.register("invitations", InvitationViewSet, basename="invitation")
router.register("newcomers", NewcomerViewSet, basename="newcomer")
router.register("own-looks", OwnLookViewSet, basename="own-look")
router.register("own-photos", OwnPhotoViewSet, basename="own-photo")
router.register("photo-changes", PhotoChangeViewSet, basename="photo-change")
router.register("impostor-examples", ImpostorExampleViewSet, basename="impostor-example")

urlpatterns = [
    path("identify/", IdentifyView.as_view(), name="identify"),
    path("verify/", VerifyView.as_view(), name="verify"),
    *router.urls,
]
