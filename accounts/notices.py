"""The privacy notices: version 1 of each purpose as shipped, and which version is current.

A site that keeps data for another time, or names its officer, adds version 2 in the admin.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from accounts.models import NoticeText
from accounts.roles import Purpose

_WHAT_FOR = {
    Purpose.RECEPTION: (
        "A camera at the entrance compares your face with the faces of people who agreed to this notice. "
        "When it knows you, it greets you by name and the reception sees that you arrived."
    ),
    Purpose.LIBRARY: (
        "A camera in the library compares your face with the faces of people who agreed to this notice. "
        "You come in, take books home and leave without showing a card."
    ),
    Purpose.ATTENDANCE: (
        "A camera in the classroom or at the entrance compares faces with the people expected there who agreed to this "
        "notice. It notes when you were present."
    ),
    Purpose.LOCKERS: (
        "A camera at the lockers checks that you are the person who may open the locker that you named, and that a "
        "living person stands in front of it. Then you receive a key that works for a few minutes."
    ),
}

_WHO_SEES = {
    Purpose.RECEPTION: "Administrators. Teachers and other members never see your photos.",
    Purpose.LIBRARY: "Librarians and administrators. Teachers and other members never see your photos.",
    Purpose.ATTENDANCE: (
        "Only administrators see your photos. Your teachers see whether you were present, never a photo."
    ),
    Purpose.LOCKERS: "Locker officers and administrators. Teachers and other members never see your photos.",
}

_WITHOUT_A_FACE = {
    Purpose.RECEPTION: "Say your name at the reception, or show your card. You are as welcome as anybody else.",
    Purpose.LIBRARY: "Use your card, or your id number and PIN. You may borrow the same books for the same time.",
    Purpose.ATTENDANCE: "Your teacher notes your presence by hand. It counts the same.",
    Purpose.LOCKERS: "Use your card and PIN, or ask a locker officer. You may open the same locker at the same hours.",
}

# What a purpose records beside the sightings, and keeps for a time of its own.
_RECORDS = {
    Purpose.ATTENDANCE: (
        " Whether you were present, and when you first and last were, belongs to the records of the institution, as on "
        "a paper list. The single moments at which you were seen in a class: {attendance_days} days."
    ),
}

_LAYOUT = """What it is for
{what_for}

What is stored
Up to a few small pictures of your face, and a list of numbers computed from them. Both are encrypted. The moving \
picture of the camera is not kept. Each time you are recognised, the place, the time and how sure the machine was are \
noted.

For how long
Pictures and numbers: until you withdraw, or until your membership ends. Notes of where you were recognised: \
{days} days.{records} People the camera does not know are counted, and nothing else about them is kept.

Who sees it
{who_sees} Every look at your photos is written down. Nothing is sold or given to others, and no age, gender, mood or \
origin is ever guessed.

How to withdraw
At any time, without a reason: on your page "My data", or by telling a member of staff. Your face data for this \
purpose is erased at once. What was recorded before stays lawful.

The equal way without a face
{without_a_face} Saying no has no disadvantage."""


def first_version(purpose: Purpose) -> str:
    """Version 1 of a purpose's notice. It names the site's present retention time."""
    return _LAYOUT.format(
        what_for=_WHAT_FOR[purpose],
        who_sees=_WHO_SEES[purpose],
        without_a_face=_WITHOUT_A_FACE[purpose],
        days=settings.SIGHTING_DAYS,
        records=_RECORDS.get(purpose, "").format(attendance_days=settings.ATTENDANCE_DAYS),
    )


def ensure_notices(model: Any = NoticeText) -> None:
    """Version 1 for every purpose that has none. Texts that exist are never touched.

    The data migration passes its historical `model`.
    """
    for purpose in Purpose:
        if not model.objects.filter(purpose=purpose.value).exists():
            model.objects.create(purpose=purpose.value, version=1, text=first_version(purpose))


def current_notice(purpose: str) -> NoticeText | None:
    """The newest text, the one that a person agreeing now is shown."""
    return NoticeText.objects.filter(purpose=purpose).order_by("-version").first()


def current_notices() -> dict[str, NoticeText]:
    """The newest text of every purpose that has one, in the order of `Purpose`."""
    newest = {notice.purpose: notice for notice in NoticeText.objects.order_by("version")}
    return {purpose: newest[purpose] for purpose in Purpose.values if purpose in newest}
