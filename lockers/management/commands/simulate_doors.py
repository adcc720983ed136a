"""`manage.py simulate_doors`: a controller with simulated doors on a message broker, to watch and to try."""

from __future__ import annotations

import contextlib
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.errors import Refused
from config.management.refusing import exits_2_when_refused
from lockers.doors.actuators import spec_of
from lockers.doors.hardware.controller import Controller
from lockers.doors.hardware.door_state import Door
from lockers.rules.doors import DoorState


class Command(BaseCommand):
    help = "Run the reference controller of a bank over MQTT, with simulated doors. Open doors shut by themselves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bank", required=True, help="Code of the bank. Its broker is set in LOCKER_ACTUATORS.")
        parser.add_argument("--url", help="Use another broker: mqtt://user:password@host:1883")
        parser.add_argument("--doors", type=int, default=12, help="Number of doors, numbered from 1. Default: 12.")
        parser.add_argument(
            "--shut-after",
            type=float,
            default=10,
            metavar="SECONDS",
            help="Seconds until an open door shuts. 0: it stays open.",
        )

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        spec, bank = spec_of(options["bank"]), options["bank"]
        url = options["url"] or spec.get("url", "mqtt://127.0.0.1:1883")
        addresses = [f"{bank}/{number}" for number in range(1, options["doors"] + 1)]
        prefix, secret = spec.get("prefix", "lockers"), spec.get("secret", "")
        controller = Controller(url, bank, addresses, prefix=prefix, secret=secret)
        try:
            controller.start()
        except (OSError, ValueError) as error:
            raise Refused(
                "no_broker", f"The message broker {url.rpartition('@')[2]} cannot be reached: {error}"
            ) from error
        self.stdout.write(f"{len(addresses)} doors of {bank}, {addresses[0]} to {addresses[-1]}. End with Ctrl-C.")
        self.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            self._run(controller, options["shut_after"])
        controller.stop()

    def _run(self, controller: Controller, shut_after: float) -> None:
        while True:
            threading.Event().wait(shut_after or 3600)
            for address, door in controller.doors.items():
                if shut_after and door.state == DoorState.OPEN:
                    controller.act(address, Door.shut)
                    self.stdout.write(f"{address} was shut.")
