"""Who lives on the demo campus. Everyone is invented, except the people on public-domain photographs."""

from __future__ import annotations

from typing import NamedTuple

from accounts.models import User
from accounts.roles import Purpose, Role
from recognition.stations.visibility import DEMO_SLUG, TRY_IT_SLUG

STUDENT, EMPLOYEE, CUSTOMER, VISITOR = User.Affiliation.values


class Account(NamedTuple):
    """Someone who signs in, with a generated password."""

    id_number: str
    first_name: str
    last_name: str
    role: str


class Place(NamedTuple):
    """A station with a camera that plays a film, so many pictures a second; without a film it waits for a browser.

    `asks_for_life`: where a film plays it is off, for the films are photographs, and no one would be named.
    """

    slug: str
    name: str
    purpose: str
    view: str
    roster_rule: str
    film: str = ""
    fps: float = 0
    asks_for_life: bool = False


class Sitter(NamedTuple):
    """Someone on the photographs: enrolled from some of them, never from those in the film."""

    id_number: str
    first_name: str
    last_name: str
    photos: tuple[str, ...]


PLACES = (
    Place(DEMO_SLUG, "Main entrance", Purpose.RECEPTION, "walk_up", "everyone", "clip.avi", 5),
    # A photograph of someone who is known, and here it is found out: liveness wants five pictures a second.
    Place("picture-check", "Photo on a phone", Purpose.RECEPTION, "walk_up", "everyone", "phone.avi", 5, True),
    # Visitors with a webcam, each by themselves (recognition.try_it).
    Place(TRY_IT_SLUG, "Try it with your own face", Purpose.RECEPTION, "walk_up", "everyone"),
    Place("classroom", "Lecture hall", Purpose.ATTENDANCE, "room", "class_now", "classroom.avi", 1),
    Place("library-entry", "Library, entry", Purpose.LIBRARY, "walk_up", "library", "entry.avi", 1),
    Place("library-exit", "Library, exit", Purpose.LIBRARY, "walk_up", "library", "exit.avi", 3),
    Place("library-return", "Library, return", Purpose.LIBRARY, "walk_up", "library", "return.avi", 1),
    Place("lockers", "Locker room", Purpose.LOCKERS, "walk_up", "lockers"),
)

DEPARTMENTS = {
    "history": "History",
    "mathematics": "Mathematics",
    "biology": "Biology",
    "library": "Library",
    "guests": "Guests of honour",
}

ACCOUNTS = (
    Account("admin", "Miriam", "Okonjo", Role.ADMINISTRATOR),
    Account("teacher", "Tomas", "Lindqvist", Role.TEACHER),
    Account("librarian", "Priya", "Ramanathan", Role.LIBRARIAN),
    Account("officer", "Luca", "Ferretti", Role.LOCKER_OFFICER),
    Account("member", "Hana", "Kobayashi", Role.MEMBER),
)

# Photographs of the White House (Pete Souza) and of NASA, all in the public domain. Of the others in the films there is
# one photograph each, and no one is shown who was enrolled from that very photograph: they stay strangers.
SITTERS = (Sitter("g-obama", "Barack", "Obama", ("obama.jpg", "obama3.jpg")),)

MEMBERS = {
    "history": (
        ("s-1001", "Amara", "Nwosu"),
        ("s-1002", "Bastian", "Keller"),
        ("s-1003", "Carmen", "Ibarra"),
        ("s-1004", "Dmitri", "Volkov"),
        ("s-1005", "Elif", "Yildirim"),
        ("s-1006", "Farid", "Rahimi"),
    ),
    "mathematics": (
        ("s-2001", "Greta", "Holm"),
        ("s-2002", "Hugo", "Marchand"),
        ("s-2003", "Ines", "Carvalho"),
        ("s-2004", "Jonas", "Bakker"),
        ("s-2005", "Keiko", "Shimada"),
        ("s-2006", "Leila", "Haddad"),
    ),
    "biology": (
        ("s-3001", "Mateo", "Quiroga"),
        ("s-3002", "Nadia", "Petrova"),
        ("s-3003", "Owen", "Gallagher"),
        ("s-3004", "Paloma", "Reyes"),
        ("s-3005", "Quentin", "Dubois"),
        ("s-3006", "Rosa", "Galli"),
    ),
    "library": (
        ("e-4001", "Stefan", "Wozniak"),
        ("e-4002", "Tala", "Mansour"),
        ("e-4003", "Uma", "Krishnan"),
        ("e-4004", "Viktor", "Sandberg"),
        ("e-4005", "Wanjiru", "Kamau"),
        ("e-4006", "Ximena", "Torres"),
    ),
}
