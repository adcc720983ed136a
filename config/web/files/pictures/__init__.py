"""Pictures from outside, for everything that looks at them: faces and barcodes. Nothing here knows Django."""
