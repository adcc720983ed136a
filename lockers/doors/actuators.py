"""Which lock opens a locker: its device by template (administration), else settings.LOCKER_ACTUATORS."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lockers.doors import template_doors
from lockers.models import Bank, Locker
from lockers.rules.doors import Actuator


def spec_of(bank: str) -> dict[str, Any]:
    spec = settings.LOCKER_ACTUATORS.get(bank) or settings.LOCKER_ACTUATORS.get("*", {"kind": "simulator"})
    return dict(spec)


def of(locker: Locker) -> Actuator:
    """The lock of this locker: its device by template, else what the settings name for its bank.

    Raises ImproperlyConfigured for a kind that does not exist, NotOpened for a device without its secret.
    """
    device = template_doors.device_of(locker)
    return template_doors.relay(device) if device else of_bank(locker.bank)


def of_bank(bank: Bank) -> Actuator:
    spec = spec_of(bank.code)
    kind = spec.get("kind", "simulator")
    if kind == "simulator":
        return simulator()
    if kind == "http":
        from lockers.doors.hardware.http_relay import HttpRelay

        return HttpRelay(spec["url"], spec.get("token", ""), has_sensor=bool(spec.get("has_sensor")))
    if kind == "mqtt":
        from lockers.doors.hardware.mqtt_lock import MqttLock

        return MqttLock(spec["url"], spec.get("prefix", "lockers"), spec.get("secret", ""))
    raise ImproperlyConfigured(f"LOCKER_ACTUATORS: there is no kind '{kind}' (simulator, http, mqtt).")


def kind_of(locker: Locker) -> str:
    """`template`, or the kind that the settings name for its bank."""
    return "template" if template_doors.device_of(locker) else str(spec_of(locker.bank.code).get("kind", "simulator"))


def speaks(locker: Locker) -> bool:
    """Whether this door says by itself, or when asked, how it stands."""
    if device := template_doors.device_of(locker):
        return bool(device.template.state_url)
    spec = spec_of(locker.bank.code)
    return spec.get("kind") != "http" or bool(spec.get("has_sensor"))


def simulator() -> Any:
    """The doors of this site that are only simulated; their state is a file, so that all processes see the same."""
    from lockers.doors.hardware.simulator import Simulator

    return Simulator(settings.VAR_DIR / "doors.sqlite3")
