"""Who is written to about new photos."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from accounts.mail.outbox import Letter, enqueue, enqueue_all
from accounts.models import User
from accounts.roles import ENROLS_FOR
from recognition.enrol.own_photos.mail_kinds import ACCEPTED, DECLINED, WAITS
from recognition.models import PhotoChange


def staff(change: PhotoChange) -> None:
    """Everyone who may decide about it."""
    roles = [role for role, purposes in ENROLS_FOR.items() if set(change.purposes) <= purposes]
    about = {"name": change.person.get_full_name(), "link": settings.SITE_URL + reverse("recognition:photo_changes")}
    deciding = User.objects.filter(role__in=roles, is_active=True).exclude(pk=change.person_id)
    enqueue_all(WAITS.code, [Letter(f"{WAITS.code}:{change.pk}:{one.pk}", about, one) for one in deciding])


def accepted(change: PhotoChange) -> None:
    about = {"name": change.person.first_name}
    enqueue(ACCEPTED.code, key=f"{ACCEPTED.code}:{change.pk}", context=about, person=change.person)


def declined(change: PhotoChange) -> None:
    about = {"name": change.person.first_name, "reason": change.reason}
    enqueue(DECLINED.code, key=f"{DECLINED.code}:{change.pk}", context=about, person=change.person)
