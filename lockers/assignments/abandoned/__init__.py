"""Lockers that no one empties: notices, opening before a witness, storage, and the end of it."""
