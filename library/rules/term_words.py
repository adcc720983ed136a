"""A loan policy's terms in words: for how long, and what late costs."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from library.rules.due_times import next_fixed, off_closed_days
from library.rules.lending import AtClosing, LoanPeriod, LoanTerms
from library.rules.opening import DAY, OpeningCalendar


def period_words(terms: LoanTerms, calendar: OpeningCalendar, today: date) -> str:
    """For what is lent today. Where no fixed date is ahead, the days count, and that is said."""
    if terms.period == LoanPeriod.HOURS:
        return _hours(terms)
    if day := next_fixed(today, terms):
        due = off_closed_days(day, terms.when_closed, calendar, first=today + DAY)
        return _("until %(day)s") % {"day": date_format(due)}
    words = ngettext("%(n)d day", "%(n)d days", terms.days) % {"n": terms.days}
    if terms.period == LoanPeriod.FIXED:
        return _("%(days)s, because no fixed date is left") % {"days": words}
    return words


def _hours(terms: LoanTerms) -> str:
    hours = ngettext("%(n)d hour", "%(n)d hours", terms.hours) % {"n": terms.hours}
    if terms.at_closing == AtClosing.SHORTEN:
        return _("%(hours)s, until closing time at the latest") % {"hours": hours}
    if terms.at_closing == AtClosing.NEXT_OPENING:
        return _("%(hours)s, or until the library opens again") % {"hours": hours}
    return hours
