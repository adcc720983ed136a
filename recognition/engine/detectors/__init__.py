"""Face detectors by name."""
