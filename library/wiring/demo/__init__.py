"""The library of the demo campus: real titles, invented readers, and the books that its films show."""
