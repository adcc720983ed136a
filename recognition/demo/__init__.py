"""The demo campus: invented people, and a few real portraits that are really recognised."""
