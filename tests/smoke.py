"""`python -m tests.smoke ADDRESS FOLDER GROUP`: does what `make run` started in FOLDER really work?

Looks at it from outside only: pages over HTTP, an administrator who signs in with the printed
password, and the demo station that must recognise somebody, and not recognise somebody else.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from config.ops.launch.announce import answers
from recognition.demo import passwords

PAGES = {  # address: (status, something that must be on it)
    "/healthz": (200, '"ok"'),
    "/readyz": (200, '"gallery"'),
    "/": (200, "demo-canvas"),
    "/kiosk/": (200, "<html"),
    "/sign-in/": (200, 'name="username"'),
    "/admin/login/": (200, "<form"),
    "/api/docs/": (200, "Ostiary"),
    "/api/schema/": (200, "openapi"),
    "/api/v1/people/": (401, "code"),
    "/static/ostiary.css": (200, "{"),
    "/nowhere/": (404, "<html"),
    "/metrics": (404, "<html"),
}
INSTALLS, RECOGNISES, BORROWS = 600, 90, 150  # seconds


class Visitor:
    """A browser without pictures."""

    def __init__(self, address: str) -> None:
        self.address, self.jar = address, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.address + path, data, {"Referer": self.address + path})
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def sign_in(self, id_number: str, password: str) -> None:
        page = self.get("/sign-in/")[1]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, "the sign-in page has no form"
        form = {"username": id_number, "password": password, "csrfmiddlewaretoken": token[1]}
        status, page = self.get("/sign-in/", form)
        assert status == 200, f"signing in answered {status}"
        assert any(cookie.name == "sessionid" for cookie in self.jar), f"{id_number} could not sign in"

    def sightings(self, outcome: str) -> list[dict]:
        status, body = self.get(f"/api/v1/sightings/?station=demo&outcome={outcome}")
        assert status == 200, body
        return json.loads(body)["results"]

    def library(self, path: str) -> dict:
        status, body = self.get(f"/api/v1/library/{path}")
        assert status == 200, body
        return json.loads(body)

    def is_inside(self, id_number: str) -> bool:
        return any(visit["person"]["id_number"] == id_number for visit in self.library("visits/")["results"])

    def has_books(self, id_number: str) -> bool:
        return bool(self.library(f"patrons/{id_number}/")["loans"])


def wait_until(what: str, happened, seconds: float, group: int) -> None:
    started = time.monotonic()
    while not happened():
        os.kill(group, 0)  # raises when `make run` has ended
        assert time.monotonic() - started < seconds, f"not within {seconds:.0f} s: {what}"
        time.sleep(1)
    print(f"{time.monotonic() - started:6.1f} s  {what}", flush=True)


def look_at_pages(visitor: Visitor) -> None:
    for path, (status, words) in PAGES.items():
        found, body = visitor.get(path)
        assert found == status, f"{path} answered {found} instead of {status}: {body[:500]}"
        assert words in body, f"{path} does not say {words!r}: {body[:500]}"
    print(f"          {len(PAGES)} pages answer as they should", flush=True)


def main(address: str, folder: str, group: int) -> None:
    wait_until("make run answers", lambda: answers(address), INSTALLS, group)
    look_at_pages(Visitor(address))
    visitor = Visitor(address)
    visitor.sign_in("admin", passwords.read(Path(folder) / "var/demo/passwords.txt")["admin"])
    wait_until("somebody is recognised", lambda: visitor.sightings("recognised"), RECOGNISES, group)
    wait_until("somebody is a stranger", lambda: visitor.sightings("unknown"), RECOGNISES, group)
    names = {sighting["person"]["name"] for sighting in visitor.sightings("recognised")}
    assert names == {"Barack Obama"}, names
    print(f"          recognised: {', '.join(names)}", flush=True)
    # The library's cameras: in by face, two labels held up at the exit, and out with both.
    wait_until("he enters the library", lambda: visitor.is_inside("g-obama"), BORROWS, group)
    wait_until("and leaves it with books on his account", lambda: visitor.has_books("g-obama"), BORROWS, group)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
