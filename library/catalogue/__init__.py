"""The catalogue: what comes in from other systems, what goes out to them, and how it is searched."""
