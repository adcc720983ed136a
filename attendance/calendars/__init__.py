"""Sessions in everybody's own calendar: a feed (iCalendar) behind an address that only its person knows."""
