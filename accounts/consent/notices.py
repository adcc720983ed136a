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
        "When it recognises you, it greets you by name and the reception sees that you arrived."
    ),
    Purpose.LIBRARY: (
        "A camera in the library compares your face with the faces of people who agreed to this notice. "
        "You can come in, borrow books and leave without showing a card."
    ),
    Purpose.ATTENDANCE: (
        "A camera in the classroom or at the entrance compares faces with the people expected there who agreed to this "
        "notice. It records when you were present."
    ),
    Purpose.LOCKERS: (
        "A camera at the lockers checks that you are the person who may open the locker that you named, and that a "
        "living person is in front of it. Then you receive a key that works for a few minutes."
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
    Purpose.RECEPTION: "Say your name at the reception, or show your card. You are just as welcome.",
    Purpose.LIBRARY: "Use your card, or your id number and PIN. You may borrow the same books for the same time.",
    Purpose.ATTENDANCE: "Your teacher records your presence by hand. It counts the same.",
    Purpose.LOCKERS: "Use your card and PIN, or ask a locker officer. You may open the same locker at the same hours.",
}

# What a purpose records beside the sightings, and keeps for a time of its own.
_RECORDS = {
    Purpose.ATTENDANCE: (
        " Whether you were present, and from when to when, is part of the records of the institution, as on "
        "a paper list. The exact times at which you were seen in a class are kept for {attendance_days} days."
    ),
}

_LOOKS = (
    "Each time you are recognised, the numbers are kept for {look_days} days, encrypted, never as a "
    "picture. A person who is greeted by the wrong name can report it. Those numbers are then kept for up to "
    "{impostor_days} days, so that the same stranger is not mistaken for you again. They are used for nothing else, "
    "and "
    "are deleted when you withdraw."
)
_NO_LOOKS = "Tell the staff, who will correct the record. Nothing is stored about the other face."

_LAYOUT = """What it is for
{what_for}

What is stored
Up to a few small pictures of your face, and a list of numbers computed from them. Both are encrypted. The moving \
picture of the camera is not stored. Each time you are recognised, the place, the time and how sure the system was are \
recorded.

For how long
Pictures and numbers: until you withdraw, or until your membership ends. Records of where you were recognised: \
{days} days.{records} People the camera does not recognise are counted, and nothing else about them is stored.

If you are mistaken for someone else
{looks}

Who sees it
{who_sees} Each time someone views your photos, it is recorded. Nothing is sold or given to others, and no age, \
gender, mood or origin is ever guessed.

How to withdraw
At any time, without giving a reason: on your page "My data", or by telling a member of staff. Your face data for this \
purpose is erased at once. What was recorded before remains lawful.

The alternative without your face
{without_a_face} You can say no, and nothing changes for you."""


def first_version(purpose: Purpose) -> str:
    """Version 1 of a purpose's notice. It names the site's present retention time."""
    return _LAYOUT.format(
        what_for=_WHAT_FOR[purpose],
        who_sees=_WHO_SEES[purpose],
        without_a_face=_WITHOUT_A_FACE[purpose],
        days=settings.SIGHTING_DAYS,
        records=_RECORDS.get(purpose, "").format(attendance_days=settings.ATTENDANCE_DAYS),
        looks=(_LOOKS if settings.KEPT_LOOK_DAYS else _NO_LOOKS).format(
            look_days=settings.KEPT_LOOK_DAYS, impostor_days=settings.IMPOSTOR_DAYS
        ),
    )


def ensure_notices(model: Any = NoticeText) -> None:
    """Version 1 for every purpose that has none. Texts that exist are never touched.

    The data migration passes its historical `model`.
    """
    for purpose in Purpose:
        if not model.objects.filter(purpose=purpose.value).exists():
            says = {"keeps_looks": bool(settings.KEPT_LOOK_DAYS)} if _knows_of_looks(model) else {}
            model.objects.create(purpose=purpose.value, version=1, text=first_version(purpose), **says)


def mark_those_that_keep_looks(model: Any) -> None:
    """For the data migration: the texts that this version ships say that looks are kept; older ones do not."""
    for purpose in Purpose:
        if settings.KEPT_LOOK_DAYS:
            model.objects.filter(purpose=purpose.value, text=first_version(purpose)).update(keeps_looks=True)


def _knows_of_looks(model: Any) -> bool:
    """A historical model, of the migration that ships the first texts, does not yet."""
    return any(field.name == "keeps_looks" for field in model._meta.get_fields())


def current_notice(purpose: str) -> NoticeText | None:
    """The newest text, the one that a person agreeing now is shown."""
    return NoticeText.objects.filter(purpose=purpose).order_by("-version").first()


def current_notices() -> dict[str, NoticeText]:
    """The newest text of every purpose that has one, in the order of `Purpose`."""
    newest = {notice.purpose: notice for notice in NoticeText.objects.order_by("version")}
    return {purpose: newest[purpose] for purpose in Purpose.values if purpose in newest}
