"""What happens at the library's own stations: books are scanned and returned, people finish or step away.

A station is named by its short name. Whose basket it is, only `at_exit` says.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime
from typing import NoReturn

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from config.live.news import publish, station_group
from config.ops.jobs.steps import for_each
from library.circulation import holds
from library.circulation.ledger import ledger
from library.kiosk import at_exit
from library.kiosk import basket as baskets
from library.kiosk.events import (
    basket_now,
    finished_now,
    parked_now,
    refused_now,
    returned_now,
    settled_now,
    visit_now,
)
from library.kiosk.help import follow, trouble
from library.models import Basket, Copy, LibraryStation, Loan
from library.rules.due_words import due_words
from library.rules.lending import CopyStatus
from library.rules.messages import sentence
from library.visits import alarms, exit_passes, visits
from library.visits.exit_passes import LETTERS, PASS_LIVES
from library.visits.gates import gate_of

log = logging.getLogger("ostiary.library")

Kind = LibraryStation.Kind


def kind_of(slug: str) -> str:
    """What this station is for; an entry, where no one has said it."""
    found = LibraryStation.objects.filter(station__slug=slug).values_list("kind", flat=True).first()
    return found or Kind.ENTRY


# --- entry --------------------------------------------------------------------------------------


def let_in(person: User, slug: str, *, lane: str, at: datetime) -> str:
    """A person comes in: the visit begins and the gate opens. What the screen says. Refused as `visits.enter`."""
    try:
        _visit, new = visits.enter(person, station=slug, lane=lane, at=at)
    except Refused as refusal:
        publish(station_group(slug), visit_now(person, allowed=False, message=refusal.message))
        raise
    words = _("welcome") if new else _("welcome back")
    publish(station_group(slug), visit_now(person, allowed=True, message=words, gate=_open_entry(slug)))
    return words


def _open_entry(slug: str) -> str:
    gate = gate_of(slug)
    try:
        number = "".join(secrets.choice(LETTERS) for _letter in range(8))
        return gate.open(number, timezone.now() + PASS_LIVES)
    except Exception as error:
        log.exception("The gate %s did not open at %s", gate.name, slug)
        return f"failed: {type(error).__name__}"


# --- who is at the exit -------------------------------------------------------------------------


def greet_at_exit(person: User, slug: str, *, lane: str, at: datetime) -> Basket:
    """A person stands at the exit: their basket opens, and another's that was open here is parked.

    Refused `not_inside`.
    """
    before = at_exit.present(slug)
    if before is not None and before.person != person.pk:
        stepped_away(slug)
    basket = baskets.open_for(person, station=slug, at=at)
    at_exit.arrive(slug, person.pk, at, lane)
    follow.person_known(slug)
    publish(station_group(slug), basket_now(basket))
    return basket


def stepped_away(slug: str) -> None:
    """The person who was here has pressed nothing and left.

    What they scanned waits for them, and nothing is on loan; where the station says that leaving is finishing, it is
    taken over as if they had pressed it, if the ledger agrees.
    """
    was = at_exit.present(slug)
    basket = _open_basket(was.person) if was and at_exit.leave(slug) else None
    if was is not None:
        follow.person_gone(slug, was.person, through=False)
    if basket is None:
        return
    if baskets.lines(basket) and _leaving_is_finishing(slug):
        try:
            _take_along(basket.person, slug)
        except Refused as refusal:
            log.info("Nothing was taken over at %s: %s", slug, refusal.code)
        else:
            return
    publish(station_group(slug), parked_now(basket.person, len(baskets.lines(basket))))


def not_the_one(slug: str, person: User) -> None:
    """The person at the exit is not the one whose basket this is: it is parked, also where leaving is finishing."""
    was = at_exit.present(slug)
    if was is None or was.person != person.pk or not at_exit.leave(slug):
        return
    follow.person_gone(slug, person.pk, through=False)
    basket = _open_basket(person.pk)
    publish(station_group(slug), parked_now(person, len(baskets.lines(basket)) if basket else 0))


def _leaving_is_finishing(slug: str) -> bool:
    return LibraryStation.objects.filter(station__slug=slug, when_left=LibraryStation.WhenLeft.FINISH).exists()


def see_off(slug: str, now: datetime) -> bool:
    """Notice that the person who was here is gone."""
    was = at_exit.present(slug)
    if was is None or not was.is_gone(now):
        return False
    stepped_away(slug)
    return True


def see_all_off(now: datetime) -> None:
    """For the clock: also where no camera picture comes any more."""
    exits_here = LibraryStation.objects.filter(kind=Kind.EXIT).values_list("station__slug", flat=True)
    for_each(lambda slug: see_off(slug, now), exits_here)


def basket_at(slug: str) -> Basket:
    """The basket of the person who is here now. Refused `nobody_here`."""
    here = at_exit.here(slug, timezone.now())
    basket = _open_basket(here.person) if here else None
    if basket is None:
        raise Refused(
            "nobody_here", _("We do not know yet who you are. Look at the camera or show your card first."), status=409
        )
    return basket


def _open_basket(person: int) -> Basket | None:
    return Basket.objects.filter(person=person, open_slot=1).select_related("person", "visit").first()


# --- books --------------------------------------------------------------------------------------


def scan(slug: str, copy: Copy) -> None:
    """A book at an exit goes into the basket of the person who is here; at a return it is returned.

    Refusals are told to the page and raised: `nobody_here`, `not_for_books`, and the rules' own.
    """
    try:
        _scanned(slug, copy)
    except Refused as refusal:
        publish(station_group(slug), refused_now(refusal, copy.barcode))
        trouble.scan_refused(slug, refusal.code, copy)
        raise


def refuse_unknown(slug: str, barcode: str) -> NoReturn:
    """The catalogue does not know what was scanned: `unknown_barcode`, told to the page and raised."""
    refusal = Refused("unknown_barcode", sentence("unknown_barcode"), status=404)
    publish(station_group(slug), refused_now(refusal, barcode))
    trouble.scan_refused(slug, refusal.code)
    raise refusal


def _scanned(slug: str, copy: Copy) -> None:
    kind = kind_of(slug)
    if kind == Kind.RETURN:
        _give_back(slug, copy)
    elif kind == Kind.EXIT:
        _put_in(slug, copy)
    else:
        raise Refused("not_for_books", _("This station does not take books. Please scan them at the exit."), status=409)


def _put_in(slug: str, copy: Copy) -> None:
    basket = basket_at(slug)
    at_exit.touch(slug, timezone.now())
    line, new = baskets.add(basket, copy)
    follow.something_worked(slug)
    publish(station_group(slug), basket_now(basket, new=line if new else None))


def _give_back(slug: str, copy: Copy) -> None:
    loan = ledger().give_back(copy, at=timezone.now(), station=slug)
    copy.refresh_from_db(fields=["status"])
    news = returned_now(
        copy, was_out=loan is not None, wanted=copy.status == CopyStatus.HOLD_SHELF, box=holds.box_of(copy)
    )
    publish(station_group(slug), news)


def undo(slug: str, line: int) -> None:
    """Take one scanned book back out. Twice is harmless."""
    basket = basket_at(slug)
    at_exit.touch(slug, timezone.now())
    baskets.take_back(basket, line)
    follow.something_worked(slug)
    publish(station_group(slug), basket_now(basket))


def choose_receipt(slug: str, choice: str) -> None:
    """None, on paper or by e-mail, for this visit. Refused `nobody_here`, `unknown_receipt`."""
    person = basket_at(slug).person
    at_exit.touch(slug, timezone.now())
    visits.choose_receipt(person, choice)
    publish(station_group(slug), basket_now(basket_at(slug)))


def renew(slug: str, barcode: str) -> None:
    """A person at the exit renews what they have already. Refused `nobody_here`, or as `loans.renew`."""
    loan = _own_loan(slug, barcode)
    renewed = ledger().renew(loan, at=timezone.now(), station=slug)
    follow.something_worked(slug)
    words = _("Renewed until %(day)s.") % {"day": due_words(renewed)}
    publish(station_group(slug), settled_now(loan.copy, words))


def give_back_own(slug: str, barcode: str) -> None:
    """The same book is returned here instead. Refused `nobody_here`, `not_on_loan`."""
    loan = _own_loan(slug, barcode)
    ledger().give_back(loan.copy, at=timezone.now(), station=slug)
    follow.something_worked(slug)
    box = holds.box_of(loan.copy)
    words = _("Returned. Please put it in the box for %(branch)s.") % {"branch": box} if box else ""
    publish(station_group(slug), settled_now(loan.copy, words or _("Returned. Please put it on the return shelf.")))


def _own_loan(slug: str, barcode: str) -> Loan:
    person = basket_at(slug).person
    at_exit.touch(slug, timezone.now())
    loans_here = Loan.objects.filter(person=person, open_slot=1, copy__barcode=barcode)
    found = loans_here.select_related("copy__title", "person").first()
    if found is None:
        raise Refused("not_on_loan", _("This book is not on loan to you."), status=409)
    return found


# --- out ----------------------------------------------------------------------------------------


def finish(slug: str, *, with_books: bool = True) -> None:
    """The person who is here takes everything over, or leaves it here, and goes out.

    Refused `nobody_here`, or what the ledger says of one book: then nothing was lent, and the basket stays.
    """
    basket = basket_at(slug)
    at_exit.touch(slug, timezone.now())
    if not with_books:
        baskets.abandon(basket)
    _take_along(basket.person, slug)


def _take_along(person: User, slug: str) -> None:
    try:
        done = baskets.finish(person, station=slug, alarm=alarms.rings(slug))
    except Refused as refusal:
        exit_passes.refused(person, refusal.code, station=slug)
        publish(station_group(slug), refused_now(refusal))
        trouble.scan_refused(slug, refusal.code)
        raise
    if done.permission.allowed:
        at_exit.leave(slug)
        if not done.permission.gate_answer.startswith("failed"):
            follow.person_gone(slug, person.pk, through=True)
    publish(station_group(slug), finished_now(person, done))
