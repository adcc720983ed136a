"""A real message broker of the test's own, on a free port, which can be stopped and started again with its memory."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time

from tests.conftest import absent
from tests.support.mailing import free_port


class Mosquitto:
    def __init__(self, folder):
        self.binary = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
        if not self.binary:
            absent("mosquitto is not installed")
        self.port, self.process = free_port(), None
        self.url = f"mqtt://127.0.0.1:{self.port}"
        folder.mkdir()
        folder.chmod(0o777)  # it gives up root's rights
        self.file = folder / "mosquitto.conf"
        self.file.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\nautosave_interval 1\n"
        )
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "-c", str(self.file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("mosquitto did not start")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.thaw()
            self.process.terminate()
            self.process.wait(10)

    def freeze(self):
        """It is there, and neither takes nor says anything."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def restart(self):
        self.stop()
        self.start()


def until(wanted, seconds=15):
    """Waits for something to come true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := wanted():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come true in time")
