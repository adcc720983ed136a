from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from visitors.api.views import GuestVisitViewSet

router = SimpleRouter()
router.register("visitors", GuestVisitViewSet, basename="visitor")

urlpatterns: list[URLPattern | URLResolver] = [path("", include(router.urls))]
