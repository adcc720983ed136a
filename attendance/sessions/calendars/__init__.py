"""Sessions in everyone's own calendar: a feed (iCalendar) behind an address that only its person knows."""
