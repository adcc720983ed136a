"""The first steps of a new site: a list that ticks itself, for administrators."""
