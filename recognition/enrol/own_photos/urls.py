"""One's own photos, and the staff's list of new ones."""

from __future__ import annotations

from django.urls import path

from recognition.enrol.own_photos import own_pages, staff_pages

urlpatterns = [
    path("me/photos/", own_pages.page, name="own_photos"),
    path("me/photos/camera/", own_pages.camera, name="own_photos_camera"),
    path("me/photos/camera/judge/", own_pages.judge_frame, name="own_photos_judge"),
    path("me/photos/withdraw/", own_pages.withdraw, name="own_photos_withdraw"),
    path("me/photos/<int:pk>/photo.jpg", own_pages.photo, name="own_photo"),
    path("me/photos/<int:pk>/remove/", own_pages.remove, name="own_photo_remove"),
    path("photo-changes/", staff_pages.queue, name="photo_changes"),
    path("photo-changes/<int:pk>/photos/<int:number>/", staff_pages.photo, name="photo_change_photo"),
    path("photo-changes/<int:pk>/accept/", staff_pages.accept, name="photo_change_accept"),
    path("photo-changes/<int:pk>/decline/", staff_pages.decline, name="photo_change_decline"),
]
