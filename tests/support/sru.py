"""A real HTTP server that answers as catalogues do over SRU, rightly and wrongly."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

EMMA = "9780141439587"


def record(title="Emma", isbn=EMMA, author="Austen, Jane", year="2003", number="1", owner="DE-X"):
    control = f'<controlfield tag="001">{number}</controlfield><controlfield tag="003">{owner}</controlfield>'
    fields = [
        ("020", "a", isbn),
        ("100", "a", author),
        ("245", "a", title),
        ("250", "a", "2nd ed."),
        ("264", "c", year),
    ]
    fields += [("264", "c", year)]
    data = "".join(
        f'<datafield tag="{tag}" ind1=" " ind2=" "><subfield code="{code}">{escape(text)}</subfield></datafield>'
        for tag, code, text in fields
        if text
    )
    return f'<record xmlns="http://www.loc.gov/MARC21/slim">{control}{data}</record>'


def answer(*records, diagnostics="", encoding="UTF-8"):
    rows = "".join(
        f"<record><recordSchema>marcxml</recordSchema><recordPacking>xml</recordPacking><recordData>{one}</recordData>"
        f"<recordPosition>{place}</recordPosition></record>"
        for place, one in enumerate(records, 1)
    )
    trouble = (
        '<diagnostics><diagnostic xmlns="http://www.loc.gov/zing/srw/diagnostic/"><uri>info:srw/diagnostic/1/16</uri>'
        f"<details>bath.isbn</details><message>{diagnostics}</message></diagnostic></diagnostics>"
    )
    whole = (
        f'<?xml version="1.0" encoding="{encoding}"?><searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/">'
        f"<version>1.1</version><numberOfRecords>{len(records)}</numberOfRecords><records>{rows}</records>"
        f"{trouble if diagnostics else ''}</searchRetrieveResponse>"
    )
    return whole.encode(encoding)


class Catalogue:
    """What it was asked, and what it says: `body`, after `slow` seconds, with `status`."""

    def __init__(self, body=b"", *, slow=0.0, status=200):
        self.body, self.slow, self.status, self.asked = body or answer(), slow, status, []
        catalogue = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                catalogue.asked.append({key: one[0] for key, one in parse_qs(urlsplit(self.path).query).items()})
                time.sleep(catalogue.slow)
                self.send_response(catalogue.status)
                self.send_header("Content-Type", "text/xml")
                self.end_headers()
                self.wfile.write(catalogue.body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sru"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
