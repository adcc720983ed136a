"""“Try it with your own face”: on a demo site alone, a visitor is enrolled, greeted, asked for life, and deleted."""
