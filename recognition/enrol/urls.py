"""The enrolment pages."""

from __future__ import annotations

from django.urls import path

from recognition.enrol.pages import bulk, camera, choosing, people, person

urlpatterns = [
    path("", people.people, name="enrol_people"),
    path("bulk/", bulk.bulk, name="enrol_bulk"),
    path("bulk/<str:token>/", bulk.confirm, name="enrol_bulk_confirm"),
    path("choose/<str:token>/", choosing.choose, name="enrol_choose"),
    path("<int:pk>/", person.person, name="enrol"),
    path("<int:pk>/consent/<slug:purpose>/", person.consent, name="enrol_consent"),
    path("<int:pk>/photos/", person.photos, name="enrol_photos"),
    path("<int:pk>/photos/undo/", person.undo, name="enrol_undo"),
    path("<int:pk>/photos/<int:sample>/remove/", person.remove, name="enrol_remove"),
    path("<int:pk>/camera/", camera.camera, name="enrol_camera"),
    path("<int:pk>/camera/judge/", camera.judge_frame, name="enrol_judge"),
]
