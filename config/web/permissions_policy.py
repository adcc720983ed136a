"""What a page may use of the machine it is shown on: nothing, unless its view says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Permissions-Policy"
CAMERA = "camera"
FEATURES = (
    "accelerometer",
    CAMERA,
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)

View = Callable[..., HttpResponseBase]


def policy(*allowed: str) -> str:
    """The header's value: these for our own pages, and nothing for anyone else's inside them."""
    return ", ".join(f"{feature}=({'self' if feature in allowed else ''})" for feature in FEATURES)


def with_camera(view: View) -> View:
    """This page looks through the camera: a kiosk, or photos at enrolment."""

    @wraps(view)
    def seeing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response[HEADER] = policy(CAMERA)
        return response

    return seeing


class PermissionsPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, policy())
        return response
