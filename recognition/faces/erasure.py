"""Forgetting faces: for one purpose at once when consent is withdrawn, or altogether."""

from __future__ import annotations

from django.db import transaction

from accounts.consent.consent import standing_purposes, withdraw_consent
from accounts.models import User
from accounts.webhooks import retention
from recognition.faces import access_log
from recognition.faces.templates import rebuild_templates
from recognition.models import FaceSample, ImpostorExample, LookTrend, PhotoChange, SampleUse, Sighting


def erase_purpose(person: User, purpose: str, *, by: User | None = None) -> dict[str, int]:
    """Delete the face data that only this purpose needs; how much of each kind it was.

    Called in the transaction that withdraws the consent (accounts.consent.consent.WITHDRAWN), so there is no
    moment with a face and without a consent.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        uses, _ = SampleUse.objects.filter(sample__person=person, purpose=purpose).delete()
        photos, _ = FaceSample.objects.filter(person=person, uses=None).delete()
        rebuild_templates(person, [purpose])
        _forget_sent(person, purpose)
        seen = Sighting.objects.filter(person=person, station__purpose=purpose)
        sightings = seen.count()
        seen.delete()  # with the looks that were kept of them
        examples, _ = ImpostorExample.objects.filter(person=person, purpose=purpose).delete()
        LookTrend.objects.filter(person=person, purpose=purpose).delete()
        retention.forget_person("sighting", person, purpose=purpose)
        erased = {"uses": uses, "photos": photos, "sightings": sightings, "impostor_examples": examples}
        access_log.record("purpose_erased", actor=by, person=person, purpose=purpose, **erased)
    return erased


def erase_person(person: User, *, by: User | None) -> dict[str, int]:
    """Withdraw every consent and delete everything that was made of the person's face.

    The person, and the log of who looked at the face and when, remain.
    """
    with transaction.atomic():
        list(person.consents.select_for_update().filter(standing=True))
        before = _face_data(person)
        for purpose in sorted(standing_purposes(person)):
            withdraw_consent(person, purpose, by=by)
        FaceSample.objects.filter(person=person).delete()
        PhotoChange.objects.filter(person=person).delete()
        rebuild_templates(person)
        Sighting.objects.filter(person=person).delete()
        ImpostorExample.objects.filter(person=person).delete()
        LookTrend.objects.filter(person=person).delete()
        retention.forget_person("sighting", person)
        access_log.record("person_erased", actor=by, person=person, **before)
    return before


def _face_data(person: User) -> dict[str, int]:
    return {
        "consents": len(standing_purposes(person)),
        "photos": FaceSample.objects.filter(person=person).count(),
        "templates": person.face_templates.count(),
        "sightings": Sighting.objects.filter(person=person).count(),
        "impostor_examples": ImpostorExample.objects.filter(person=person).count(),
    }


def _forget_sent(person: User, purpose: str) -> None:
    """Photos that wait for staff serve what is left, and are deleted when nothing is."""
    for change in PhotoChange.objects.filter(person=person, state=PhotoChange.State.WAITING):
        if purpose not in change.purposes:
            continue
        change.purposes = [other for other in change.purposes if other != purpose]
        if change.purposes:
            change.save(update_fields=["purposes"])
        else:
            change.delete()
