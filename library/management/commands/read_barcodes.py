"""Which barcodes are on these pictures?"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.errors import Refused
from config.management.printing import print_json
from config.management.refusing import exits_2_when_refused
from library.kiosk.barcodes import barcodes
from library.kiosk.barcodes.barcodes import Code


class Command(BaseCommand):
    help = "Read every barcode on each picture: its text, its format, and by which reader."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("image", nargs="+", type=Path)
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        found = [(path, _codes(path)) for path in options["image"]]
        if options["json"]:
            images = [{"path": str(path), "codes": [code.as_dict() for code in codes]} for path, codes in found]
            print_json(self.stdout, {"images": images})
            return
        for path, codes in found:
            self.stdout.write(f"{path}: {len(codes)} code{'' if len(codes) == 1 else 's'}")
            for code in codes:
                self.stdout.write(f"  {code.text}  {code.format}, read by {' and '.join(code.readers)}")


def _codes(path: Path) -> list[Code]:
    try:
        return barcodes.read_file(path)
    except Refused as refusal:
        raise Refused(refusal.code, f"{path}: {refusal.message}") from refusal
    except OSError as error:
        raise Refused("no_file", f"{path} cannot be read.") from error
