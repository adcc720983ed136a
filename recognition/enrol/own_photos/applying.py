"""Accepted photos come into use, beside the present ones or instead of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from recognition.enrol.enrolment import Decides, Enrolment, enrol_looks
from recognition.enrol.lookalikes import Lookalikes
from recognition.enrol.photo_warnings import few_photos_warnings
from recognition.faces import access_log, samples
from recognition.faces.photo_checks import PhotoCheck
from recognition.models import FaceSample, PhotoChange


def apply(change: PhotoChange, looks: list[PhotoCheck], lookalikes: Lookalikes, *, by: User) -> Enrolment:
    """Call it in a transaction. The photos have been compared already, so none is told apart here.

    Refused `kept_none`, `too_few_left` where recognition would not work with what remains, and `no_consent` when it
    was withdrawn meanwhile.
    """
    person, purposes = change.person, sorted(change.purposes)
    before = set(FaceSample.objects.filter(person=person, uses__purpose__in=purposes).values_list("pk", flat=True))
    enrolment = enrol_looks(
        person,
        looks,
        purposes=purposes,
        by=by,
        source=change.source,
        lookalikes=lookalikes,
        decides=Decides.CHOSEN,
    )
    if not enrolment.accepted:
        raise Refused("kept_none", _("No photo was accepted."), status=409)
    old = before - {verdict.sample for verdict in enrolment.verdicts}
    if change.replaces and old:
        _retire(old, person, purposes, by=by)
    return enrolment


def _retire(old: set[int], person: User, purposes: list[str], *, by: User) -> None:
    samples.stop_using(person, sorted(old), purposes)
    for few in few_photos_warnings(person, purposes):
        raise Refused("too_few_left", few.message, status=409)
    access_log.record("photos_replaced", actor=by, person=person, purposes=purposes, photos=len(old))
