"""The pages on which staff enrol people."""
