"""Addresses that monitors ask. The first two answer without HTTPS too (settings.SECURE_REDIRECT_EXEMPT)."""

from __future__ import annotations

from django.urls import path

from config.ops.health import views as health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
