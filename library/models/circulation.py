"""Who has what, who is inside, who waits for what, and what the gate said."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from library.models.branches import Branch
from library.models.catalogue import Copy, Title

PERSON = settings.AUTH_USER_MODEL


class Visit(models.Model):
    """A person is inside, from entry to exit. One open visit for each person."""

    class Receipt(models.TextChoices):
        """As the person has chosen at the exit or the desk, for this visit."""

        NONE = "none", _("None")
        PAPER = "paper", _("On paper")
        MAIL = "mail", _("By e-mail")

    person = models.ForeignKey(  # null once the history has been made anonymous
        PERSON, models.CASCADE, null=True, related_name="visits", verbose_name=_("person")
    )
    entered_at = models.DateTimeField(_("entered"), default=timezone.now, db_index=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    entry_station = models.CharField(pgettext_lazy("door", "entry"), max_length=50, blank=True)
    exit_station = models.CharField(_("exit"), max_length=50, blank=True)
    lane = models.CharField(_("by"), max_length=8, blank=True)
    how_ended = models.CharField(_("how the visit ended"), max_length=12, blank=True)  # left, desk, overnight
    receipt = models.CharField(_("receipt"), max_length=5, choices=Receipt.choices, default=Receipt.MAIL)
    # 1 while open, null afterwards: one open visit each, on every database.
    open_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)

    class Meta:
        ordering = ("-entered_at",)
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = (models.UniqueConstraint(fields=["person", "open_slot"], name="inside_once"),)


class Turnstile(models.Model):
    """One row, made by the migration: locked by each entry while heads are counted, so that two never both take
    the last place."""


class Loan(models.Model):
    """A copy is with a person. One open loan for each copy: the database itself refuses a second."""

    copy = models.ForeignKey(Copy, models.PROTECT, related_name="loans", verbose_name=_("copy"))
    person = models.ForeignKey(  # null once the history has been made anonymous
        PERSON, models.PROTECT, null=True, blank=True, related_name="loans", verbose_name=_("person")
    )
    taken_at = models.DateTimeField(_("taken"), default=timezone.now, db_index=True)
    due_at = models.DateTimeField(_("due"), db_index=True)
    # Due at that time; otherwise at the end of that day. As it was lent: a policy that changes later changes no loan.
    by_hour = models.BooleanField(_("due at a time"), default=False)
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    renewals = models.PositiveSmallIntegerField(_("renewals"), default=0)
    station = models.CharField(_("station"), max_length=50, blank=True)
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, blank=True, related_name="+")  # a librarian at the desk
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, blank=True, related_name="loans")
    # The due date for which a renewal by itself was tried; null: never.
    tried_for = models.DateTimeField(null=True, editable=False)
    # When the college's own library system was last asked about it (library.sip2.mirror); null: never.
    asked_at = models.DateTimeField(null=True, editable=False)
    open_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)

    class Meta:
        ordering = ("-taken_at", "-pk")
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        constraints = (models.UniqueConstraint(fields=["copy", "open_slot"], name="one_open_loan_for_each_copy"),)
        indexes = (models.Index(fields=["person", "open_slot"]), models.Index(fields=["open_slot", "due_at"]))

    def __str__(self) -> str:
        return f"{self.copy.barcode} · {self.taken_at:%Y-%m-%d}"


class Hold(models.Model):
    """A person waits for a title. Ready: a copy is on the hold shelf for them, for some days."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        READY = "ready", _("Ready for pick-up")
        FULFILLED = "fulfilled", _("Picked up")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Not picked up in time")

    title = models.ForeignKey(Title, models.CASCADE, related_name="holds", verbose_name=_("title"))
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="holds", verbose_name=_("person"))
    copy = models.ForeignKey(Copy, models.SET_NULL, null=True, blank=True, related_name="holds")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    placed_at = models.DateTimeField(_("placed"), default=timezone.now)
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    pick_up_by = models.DateTimeField(_("pick up by"), null=True, blank=True)
    open_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)

    class Meta:
        ordering = ("placed_at", "pk")
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = (models.UniqueConstraint(fields=["title", "person", "open_slot"], name="held_once"),)
        indexes = (models.Index(fields=["title", "state", "placed_at"]),)


class ReadingListEntry(models.Model):
    """A title that a reader wants to remember. Shown to that reader alone."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="reading_list", verbose_name=_("person"))
    title = models.ForeignKey(Title, models.CASCADE, related_name="reading_lists", verbose_name=_("title"))
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    class Meta:
        verbose_name = _("reading list entry")
        verbose_name_plural = _("reading list entries")
        constraints = (models.UniqueConstraint(fields=["person", "title"], name="listed_once"),)


class Basket(models.Model):
    """What a person has scanned at the exit and not yet taken over. It is parked, not lost, when they step away."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="baskets")
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, related_name="baskets")
    station = models.CharField(max_length=50, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    open_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "open_slot"], name="one_open_basket_each"),)


class BasketLine(models.Model):
    """One scanned copy in a basket, and in no other open basket."""

    basket = models.ForeignKey(Basket, models.CASCADE, related_name="lines")
    copy = models.ForeignKey(Copy, models.CASCADE, related_name="basket_lines")
    added_at = models.DateTimeField(default=timezone.now)
    open_slot = models.PositiveSmallIntegerField(null=True, default=1, editable=False)

    class Meta:
        ordering = ("added_at", "pk")
        constraints = (models.UniqueConstraint(fields=["copy", "open_slot"], name="in_one_basket_at_a_time"),)


class ExitPass(models.Model):
    """What the ledger said to a person who wanted out, and what the gate answered. Refusals are remembered too."""

    number = models.CharField(_("pass number"), max_length=12, unique=True)
    person = models.ForeignKey(PERSON, models.CASCADE, null=True, related_name="exit_passes")
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, related_name="passes")
    station = models.CharField(_("station"), max_length=50, blank=True)
    allowed = models.BooleanField(_("allowed"))
    reason = models.CharField(_("reason"), max_length=32, blank=True)
    loans = models.PositiveSmallIntegerField(_("books"), default=0)
    decided_at = models.DateTimeField(_("decided"), default=timezone.now, db_index=True)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    gate = models.CharField(_("gate"), max_length=16, blank=True)
    gate_answer = models.CharField(_("the gate's answer"), max_length=200, blank=True)

    class Meta:
        ordering = ("-decided_at", "-pk")
        verbose_name = _("exit decision")
        verbose_name_plural = _("exit decisions")


class LibraryStation(models.Model):
    """What a station of the library is for."""

    class Kind(models.TextChoices):
        ENTRY = "entry", pgettext_lazy("door", "Entry")
        EXIT = "exit", _("Exit: books are scanned, and the gate opens")
        RETURN = "return", pgettext_lazy("event", "Return")

    class WhenLeft(models.TextChoices):
        KEEP = "keep", _("Keep the scanned books waiting; nothing is lent")
        FINISH = "finish", _("Lend the books, as if Finish had been pressed")

    station = models.OneToOneField(
        "recognition.Station", models.CASCADE, related_name="library", verbose_name=_("station")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.ENTRY)
    branch = models.ForeignKey(  # null: the one library
        Branch, models.PROTECT, null=True, blank=True, related_name="stations", verbose_name=_("branch")
    )
    when_left = models.CharField(
        _("when the person steps away"),
        max_length=8,
        choices=WhenLeft.choices,
        default=WhenLeft.KEEP,
        help_text=_("For an exit: what happens to scanned books when the person walks away without pressing Finish."),
    )

    class Meta:
        verbose_name = _("library station")
        verbose_name_plural = _("library stations")


class Transit(models.Model):
    """A copy is on its way from the branch where it was returned to its home branch. It ends where it is scanned.

    Where it goes is its own `branch` at any time: a copy that gets a new home on the way is sent there.
    """

    copy = models.OneToOneField(Copy, models.CASCADE, related_name="transit", verbose_name=_("copy"))
    origin = models.ForeignKey(  # null: that branch is no more
        Branch, models.SET_NULL, null=True, related_name="+", verbose_name=_("from branch")
    )
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        ordering = ("since", "pk")
        verbose_name = _("book in transit")
        verbose_name_plural = _("books in transit")


class PatronBlock(models.Model):
    """A librarian's reason why a person may not borrow at the moment."""

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="library_block", verbose_name=_("person"))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")


class CirculationEvent(models.Model):
    """What happened, in order for each account: the source of webhooks and of the day's file. Rows are only added."""

    class Kind(models.TextChoices):
        ENTERED = "entered", _("Entered")
        LEFT = "left", _("Left")
        LOANED = "loaned", _("Loaned")
        RENEWED = "renewed", _("Renewed")
        RETURNED = "returned", _("Returned")
        HELD = "held", _("Hold placed")
        HOLD_READY = "hold_ready", _("Hold ready")
        HOLD_ENDED = "hold_ended", _("Hold ended")
        REFUSED = "refused", _("Refused")
        DENIED = "denied", _("Reported as a different person")
        LOST = "lost", _("Lost")
        FOUND = "found", _("Found")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        RESTORED = "restored", _("Restored")
        BLOCKED = "blocked", _("Person blocked")
        UNBLOCKED = "unblocked", _("Person unblocked")
        ALARM = "alarm", _("Alarm at the gate")
        ALARM_ENDED = "alarm_ended", _("Alarm ended")
        HELP_WANTED = "help_wanted", _("Help wanted")
        HELP_COMING = "help_coming", _("Help is coming")
        HELP_CLOSED = "help_closed", _("Help no longer needed")

    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    person = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="circulation")
    copy = models.ForeignKey(Copy, models.SET_NULL, null=True, related_name="events")
    loan = models.ForeignKey(Loan, models.SET_NULL, null=True, related_name="events")
    station = models.CharField(max_length=50, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("circulation event")
        verbose_name_plural = _("circulation events")
        indexes = (models.Index(fields=["person", "at"]), models.Index(fields=["kind", "at"]))
