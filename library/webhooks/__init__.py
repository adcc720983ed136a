"""Telling other systems what happened: signed, in order for each account, until they have heard it."""
