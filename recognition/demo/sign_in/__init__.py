"""Signing in to the demo with one click, as each of its accounts."""
