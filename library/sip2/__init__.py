"""SIP2: how self-check machines and library systems speak to each other. Both sides of it."""
