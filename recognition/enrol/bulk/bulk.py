"""Enrolling many people in one run. The folder, the ZIP and the upload page differ only in where photos come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.consent.consent import give_consent, standing_purposes
from accounts.models import Consent, User
from accounts.people.lookup import by_number, number_twins
from config.errors import Refused
from config.tables.incoming.twins import question
from recognition.enrol.enrolment import Enrolment, PhotoVerdict, Warning_, enrol_looks, require_enrollable
from recognition.enrol.lookalikes import Lookalikes
from recognition.faces.permissions import purposes_for, require_may_enrol
from recognition.faces.photo_checks import AnyPhoto, PhotoCheck, look_at


@dataclass(frozen=True, slots=True)
class BulkEntry:
    """One person of a bulk run: who, and which photos."""

    id_number: str
    photos: Sequence[AnyPhoto]
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does.

    `consent` names purposes: the run records the consent that its operator vouches for, and enrols for them.
    Without any, people are enrolled for what they agreed to before.
    """

    source: str
    by: User | None
    consent: frozenset[str] = frozenset()
    create: bool = False
    dry_run: bool = False
    how: str = Consent.How.PAPER  # the people agreed


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What became of one person's photos."""

    id_number: str
    verdicts: list[PhotoVerdict]
    created: bool = False
    warnings: list[Warning_] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return sum(verdict.accepted for verdict in self.verdicts)

    @property
    def rows(self) -> int:
        """How many lines a table needs for it."""
        return len(self.verdicts) + len(self.warnings)


def run(entries: Sequence[BulkEntry], plan: Plan) -> Iterator[BulkOutcome]:
    """Enrol person by person, each in a transaction of its own. Refused before the first when the whole is wrong."""
    require_may_enrol(plan.by, plan.consent)
    if plan.create and plan.by is not None and not plan.by.has_perm("accounts.add_user"):
        raise Refused("not_allowed", _("Your role cannot add people."), status=403)
    _require_each_once(entries)
    return _run(entries, plan)


def _run(entries: Sequence[BulkEntry], plan: Plan) -> Iterator[BulkOutcome]:
    lookalikes, twins = Lookalikes(), _twins(entries)
    for entry in entries:
        try:
            person, purposes = _who(entry, plan, twins)
        except Refused as refusal:
            yield _refused(entry, refusal)
            continue
        lookalikes.load(purposes)
        looks = look_at(entry.photos)
        created = person.pk is None
        enrolment = _enrol(person, looks, purposes, plan, lookalikes)
        yield BulkOutcome(entry.id_number, enrolment.verdicts, created and enrolment.accepted > 0, enrolment.warnings)


def _require_each_once(entries: Iterable[BulkEntry]) -> None:
    counts = Counter(entry.id_number.casefold() for entry in entries)
    twice = sorted(id_number for id_number, count in counts.items() if count > 1)
    if twice:
        message = _("The id number %(id)s occurs more than once.") % {"id": ", ".join(twice[:5])}
        raise Refused("duplicate_id_number", message)


def _twins(entries: Iterable[BulkEntry]) -> dict[str, str]:
    """For numbers that no one has: one that differs only by zeros in front, here or in the same run."""
    numbers = [entry.id_number for entry in entries]
    known = by_number(numbers)
    return number_twins(number for number in numbers if number.casefold() not in known)


def _who(entry: BulkEntry, plan: Plan, twins: Mapping[str, str]) -> tuple[User, list[str]]:
    """The person (unsaved when new) and the purposes to enrol for."""
    person = by_number([entry.id_number]).get(entry.id_number.casefold()) or _new_person(entry, plan, twins)
    if plan.consent:
        return person, sorted(plan.consent)
    agreed = standing_purposes(person) if person.pk else set()
    purposes = agreed if plan.by is None else agreed & purposes_for(plan.by)
    if not purposes:
        raise Refused(
            "no_consent", _("This person has not agreed to be enrolled. Record their consent first."), status=403
        )
    require_enrollable(person, purposes, by=plan.by)
    return person, sorted(purposes)


def _new_person(entry: BulkEntry, plan: Plan, twins: Mapping[str, str]) -> User:
    message = _("No one has the id number %(id)s.") % {"id": entry.id_number}
    if twin := twins.get(entry.id_number):
        raise Refused("unknown_person", f"{message} {question(entry.id_number, twin)}", status=404)
    if not plan.create:
        raise Refused("unknown_person", message, status=404)
    person = User(id_number=entry.id_number, first_name=entry.first_name or entry.id_number, last_name=entry.last_name)
    person.set_unusable_password()
    try:
        person.full_clean()
    except ValidationError as error:
        message = _("'%(id)s' cannot be added: %(why)s") % {"id": entry.id_number, "why": " ".join(error.messages)}
        raise Refused("invalid_person", message) from error
    return person


def _enrol(person: User, looks: list[PhotoCheck], purposes: list[str], plan: Plan, lookalikes: Lookalikes) -> Enrolment:
    """One transaction, so that no one is added, and no consent recorded, without a photo."""
    dry_run = plan.dry_run or not any(look.good for look in looks)
    with transaction.atomic():
        if not dry_run:
            if person.pk is None:
                person.save()
            for purpose in sorted(plan.consent):
                give_consent(person, purpose, by=plan.by, how=plan.how)
        return enrol_looks(
            person,
            looks,
            purposes=purposes,
            by=plan.by,
            source=plan.source,
            dry_run=dry_run,
            lookalikes=lookalikes,
        )


def _refused(entry: BulkEntry, refusal: Refused) -> BulkOutcome:
    verdicts = [PhotoVerdict(photo.name, False, refusal.code, refusal.message) for photo in entry.photos]
    return BulkOutcome(entry.id_number, verdicts)
