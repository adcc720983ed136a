"""Members change their own photos: they send new ones, staff compare and decide; single photos they delete."""
