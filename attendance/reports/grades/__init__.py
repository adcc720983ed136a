"""Points of a course as grades, for other systems."""
