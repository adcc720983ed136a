"""The lockers over HTTP."""
