"""Lockers for a group at once: wishes from a file or a list, a plan, a draft, and the work line by line."""
