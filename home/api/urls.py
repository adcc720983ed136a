from __future__ import annotations

from rest_framework.routers import SimpleRouter

from home.api.views import NotificationViewSet

router = SimpleRouter()
router.register("notifications", NotificationViewSet, basename="notification")
urlpatterns = router.urls
