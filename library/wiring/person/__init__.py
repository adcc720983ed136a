"""What the library shows about one person: on their page, to themselves, and in their export."""
