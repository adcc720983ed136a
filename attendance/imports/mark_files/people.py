"""Whom a line of marks means: by id number, or by an e-mail that is one person's. A name alone is a question."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people.lookup import by_number
from attendance.imports import similar_names
from attendance.imports.mark_files.cells import BadCell
from attendance.models import AttendanceRecord, ClassSession, Course, Enrollment
from attendance.roll import roster
from config.tables.incoming.identifiers import bare, fault_of
from config.tables.incoming.twins import in_parts


class PeopleOfRolls:
    """Asked once for a whole file. Only people whom a course knows are ever named in an answer about it.

    Where everyone may come, everyone belongs to a session; but a guessed number must not tell whose it is.
    """

    def __init__(self, numbers: set[str], emails: set[str]) -> None:
        self.numbered = by_number(numbers)
        self.mailed: dict[str, list[User]] = {}
        for some in in_parts({email.casefold() for email in emails if email}):
            for person in User.objects.annotate(mail=Lower("email")).filter(mail__in=some):
                self.mailed.setdefault(person.email.casefold(), []).append(person)
        self._known: dict[int, dict[int, User]] = {}
        self._expected: dict[int, frozenset[int]] = {}

    def knows(self, course: Course, person: User) -> bool:
        """Whether they have an enrolment for it, or a record in it."""
        return person.pk in self._known_to(course)

    def _known_to(self, course: Course) -> dict[int, User]:
        if course.pk not in self._known:
            enrolled = Enrollment.objects.filter(course=course).values("person")
            recorded = AttendanceRecord.objects.filter(session__course=course).values("person")
            here = User.objects.filter(Q(pk__in=enrolled) | Q(pk__in=recorded)).order_by("pk")
            self._known[course.pk] = {one.pk: one for one in here}
        return self._known[course.pk]

    def _belongs(self, session: ClassSession, person: User) -> bool:
        """As `roster.belongs`, asked once for each session."""
        if session.course.roster == Course.Roster.EVERYONE:
            return True
        if session.pk not in self._expected:
            there = session.records.values_list("person_id", flat=True)
            self._expected[session.pk] = roster.people_of(session).union(there)
        return person.pk in self._expected[session.pk]

    def find(self, session: ClassSession, number: str, email: str, name: str) -> User:
        """Raises BadCell `no_person`, `not_on_roster`, `other_name`, `ambiguous`, `only_a_name` and as numbers are."""
        if number:
            return self._numbered(session, number, email, name)
        if email:
            return self._mailed(session, email, name)
        raise BadCell(self._only_a_name(session, name))

    def _numbered(self, session: ClassSession, number: str, email: str, name: str) -> User:
        person = self.numbered.get(number.casefold())
        if person is None and (fault := fault_of(number)):
            raise BadCell(fault)
        if person is None or not self._belongs(session, person):
            raise BadCell(self._nobody(session, number))
        is_known = self.knows(session.course, person)
        if similar_names.differ(name, person.get_full_name()):
            raise BadCell(_other_name(person, name) if is_known else self._nobody(session, number))
        if email and person.email and email.casefold() != person.email.casefold() and self.mailed.get(email.casefold()):
            if not is_known:
                raise BadCell(self._nobody(session, number))
            words = _("The id number is that of %(person)s, but the e-mail is not. Correct one of them.")
            raise BadCell(("conflict", words % {"person": person}))
        return person

    def _mailed(self, session: ClassSession, email: str, name: str) -> User:
        people = [one for one in self.mailed.get(email.casefold(), []) if self._belongs(session, one)]
        known = [one for one in people if self.knows(session.course, one)]
        if len(people) > 1 and known:
            raise BadCell(_ambiguous(known))
        if len(people) != 1:
            raise BadCell(_no_such_mail(email))
        if similar_names.differ(name, people[0].get_full_name()):
            raise BadCell(_other_name(people[0], name) if known else _no_such_mail(email))
        return people[0]

    def _nobody(self, session: ClassSession, number: str) -> tuple[str, str]:
        words = _("No one with the id number %(number)s is enrolled in this course.") % {"number": number[:40]}
        core = bare(number)
        known = self._known_to(session.course).values()
        twin = next((one for one in known if core and bare(one.id_number) == core), None)
        if twin and self._belongs(session, twin):
            question = _("Is it %(longer)s? Spreadsheets remove leading zeros.") % {"longer": twin.id_number}
            words = f"{words} {question}"
        return "not_on_roster", words

    def _only_a_name(self, session: ClassSession, name: str) -> tuple[str, str]:
        """Two people can have one name, so no mark is ever given to a name."""
        if not name:
            return "no_person", _("The person is missing. Write their id number or their e-mail.")
        known = self._known_to(session.course).values()
        same = [one for one in known if one.get_full_name().casefold() == name.casefold()]
        same = [one for one in same if self._belongs(session, one)]
        if len(same) > 1:
            return _ambiguous(same)
        if same:
            words = _("A name is not enough, because people can share it. Is it %(person)s? Add the id number.")
            return "only_a_name", words % {"person": same[0]}
        return "only_a_name", _("A name is not enough, because people can share it. Add the id number or the e-mail.")


def _no_such_mail(email: str) -> tuple[str, str]:
    words = _("No one with the e-mail %(email)s is enrolled in this course.") % {"email": email[:80]}
    return "not_on_roster", words


def _ambiguous(people: list[User]) -> tuple[str, str]:
    words = _("This could be one of several people: %(people)s. Add the id number of the right one to the file.")
    return "ambiguous", words % {"people": ", ".join(map(str, people[:4]))}


def _other_name(person: User, name: str) -> tuple[str, str]:
    words = _("This is %(person)s here, but the file has the name %(name)s. Find out which is right.")
    return "other_name", words % {"person": person, "name": name[:80]}
