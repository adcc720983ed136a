"""What a page may use of the machine it is shown on: nothing, unless its view says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Permissions-Policy"
CAMERA = "camera"
LOCATION = "geolocation"
FEATURES = (
    "accelerometer",
    CAMERA,
    "display-capture",
    "encrypted-media",
    LOCATION,
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
    return _with(view, CAMERA)


def with_location(view: View) -> View:
    """This page may ask where the device is, and the person may refuse."""
    return _with(view, LOCATION)


def _with(view: View, feature: str) -> View:
    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response[HEADER] = policy(feature)
        return response

    return allowed


class PermissionsPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, policy())
        return response
