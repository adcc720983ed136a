"""A lock that some device opens as a template says (config.door_relays): a Shelly, a Tasmota, a lock at home."""

from __future__ import annotations

from dataclasses import dataclass

from config.door_relays.sending import Device, NotDone
from lockers.rules.doors import Command, DoorState, NotOpened, Report


@dataclass(frozen=True)
class TemplateRelay:
    device: Device
    name: str = "template"

    def open(self, command: Command) -> Report:
        """A device with a sensor is then asked once for the door state; one without has opened when it says yes."""
        try:
            self.device.open(command.transaction, command.address)
        except NotDone as no:
            raise NotOpened("unavailable", str(no)) from no
        state = self.state(command.address)
        if state in (DoorState.JAMMED, DoorState.UNAVAILABLE):
            raise NotOpened("door_jammed" if state == DoorState.JAMMED else "unavailable", "after it was told to open")
        if state == DoorState.LOCKED:  # no one has pulled at it yet; the sensor is asked again, by the clock
            state = DoorState.UNLOCKING
        return Report(command.address, state or DoorState.UNKNOWN, command.transaction)

    def state(self, address: str) -> DoorState | None:
        try:
            state = self.device.state(address)
        except NotDone:
            return DoorState.UNAVAILABLE
        return None if state is None else DoorState(state)
