"""People sign themselves up with an invitation, and staff accept or decline them."""
