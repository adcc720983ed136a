"""Templates age: who looks more and more unlike their photos is asked, now and then, for new ones.

Kept of each person and purpose: twice twenty numbers, each a distance in parts of its threshold. No vector, no place.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.mail import outbox
from accounts.mail.kinds import Context, Facts, MailKind, Placeholder
from accounts.models import User
from accounts.roles import Purpose
from recognition.models import FaceTemplate, LookTrend
from recognition.sightings.age_rule import COMPARED, has_aged
from recognition.sightings.decisions import IdentityEvent

APART = timedelta(hours=1)  # looks of one visit are alike: they count once
MONTH = timedelta(days=30)
MAIL = "recognition.new_photos"


def note(person: User, event: IdentityEvent) -> None:
    """One more accepted look, in the transaction of its sighting."""
    distance, threshold = event.match.get("distance"), event.match.get("threshold")
    template = _template(person, event)
    if distance is None or not threshold or template is None:
        return
    trend, _new = LookTrend.objects.get_or_create(
        person=person,
        purpose=event.purpose,
        defaults={"profile": template.profile, "template_at": template.updated_at},
    )
    _begin_again_with(trend, template)
    if trend.looked_at is not None and abs(event.at - trend.looked_at) < APART:
        return
    trend.looked_at = event.at
    _add(trend, round(distance / threshold, 3))
    trend.save()


def _template(person: User, event: IdentityEvent) -> FaceTemplate | None:
    profile = str(event.match.get("profile", ""))
    return FaceTemplate.objects.filter(person=person, purpose=event.purpose, profile=profile).defer("vector").first()


def _begin_again_with(trend: LookTrend, template: FaceTemplate) -> None:
    """New photos, or another profile: what was measured against the old template says nothing of this one."""
    if trend.template_at == template.updated_at and trend.profile == template.profile:
        return
    trend.profile, trend.template_at = template.profile, template.updated_at
    trend.first, trend.last, trend.aged, trend.looked_at = [], [], False, None


def _add(trend: LookTrend, look: float) -> None:
    if len(trend.first) < COMPARED:
        trend.first = [*trend.first, look]
    else:
        trend.last = [*trend.last, look][-COMPARED:]
        trend.aged = has_aged(trend.first, trend.last)


# --- telling them -----------------------------------------------------------------------------------


def aged(purposes: Iterable[str] = Purpose.values) -> QuerySet[LookTrend]:
    """Whose photos for these purposes are due, where this site reminds people."""
    wanted = list(purposes) if settings.NEW_PHOTOS_MONTHS else []
    return LookTrend.objects.filter(aged=True, purpose__in=wanted)


def due_of(person: User, purposes: Iterable[str] = Purpose.values) -> list[str]:
    """The purposes for which this person's photos are due, in words."""
    return [str(trend.get_purpose_display()) for trend in aged(purposes).filter(person=person).order_by("purpose")]


def remind(now: datetime) -> int:
    """Write to those whose photos are due, at most once in NEW_PHOTOS_MONTHS; how many. A job of the clock."""
    since = now - MONTH * settings.NEW_PHOTOS_MONTHS
    lately = LookTrend.objects.filter(reminded_at__gt=since).values("person")
    people = User.objects.filter(pk__in=aged().values("person")).exclude(pk__in=lately).order_by("pk")
    return len([person for person in people if _remind(person, now)])


@transaction.atomic
def _remind(person: User, now: datetime) -> bool:
    """False when another process was faster."""
    since = now - MONTH * settings.NEW_PHOTOS_MONTHS
    fresh = aged().filter(Q(reminded_at=None) | Q(reminded_at__lte=since), person=person)
    if not fresh.update(reminded_at=now):
        return False
    words = letter_of({"person": person.pk})
    if words is not None:
        key = f"{MAIL}:{person.pk}:{timezone.localdate(now)}"
        outbox.enqueue(MAIL, key=key, context=words, person=person, facts={"person": person.pk}, at=now)
    return True


def letter_of(facts: Facts) -> Context | None:
    """What the e-mail says. None when the photos are not due any more."""
    person = User.objects.filter(pk=facts["person"]).first()
    due = due_of(person) if person else []
    if person is None or not due:
        return None
    link = settings.SITE_URL + reverse("accounts:me")
    return {"name": person.get_full_name(), "purposes": ", ".join(due), "link": link}


# --- the one e-mail that recognition writes, and its original text ------------------------------------

NEW_PHOTOS = MailKind(
    code=MAIL,
    label=_("New photos needed"),
    wish=_("When it is time for new photos of my face"),
    subject=_("Please have new photos taken"),
    body=_(
        "Hello {{ name }},\n\n"
        "the cameras are less sure of you than they were when your photos were taken. People change, photos "
        "do not. This concerns: {{ purposes }}.\n\n"
        "Please ask the staff to take new photos. It takes about a minute. Until then nothing changes for you, "
        "and your card or PIN works as usual.\n\n"
        "What is stored about you:\n{{ link }}\n\n{{ site }}"
    ),
    placeholders={
        "name": Placeholder(_("The addressee's name"), "Ada Lovelace"),
        "purposes": Placeholder(_("What the photos are used for"), _("Attendance")),
        "link": Placeholder(_("Where to read more"), "https://ostiary.example.org/me/"),
    },
    compose=letter_of,
)
KINDS = [NEW_PHOTOS]
