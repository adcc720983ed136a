"""Which pictures are read, as the file dialogs and the folders name them. The sentence is in `reading`."""

from __future__ import annotations

NAMES = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")  # Pillow's; it opens MPO, the JPEG of some phones, as JPEG
# For <input type="file">. Some browsers know no type for HEIC, so that the endings are named too.
ACCEPT = "image/jpeg,image/png,image/webp,image/heic,image/heif,image/avif,.heic,.heif,.avif,.jpg,.jpeg,.png,.webp"
ENDINGS = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".heic", ".heif", ".hif", ".avif"})
