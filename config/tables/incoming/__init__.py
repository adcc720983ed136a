"""Tables that come from outside: CSV in any dialect and XLSX, read in one way for people, rosters and the catalogue.

`reading` gives an `IncomingTable`; `identifiers` says what may be a number or code of someone or something; `twins`
finds what differs only by zeros in front.
"""

from config.tables.incoming.identifiers import Spoiled, identifier
from config.tables.incoming.reading import MOST_BYTES, open_table, read_table
from config.tables.incoming.table import MOST_LINES, IncomingRow, IncomingTable, sentence_for

__all__ = [
    "MOST_BYTES",
    "MOST_LINES",
    "IncomingRow",
    "IncomingTable",
    "Spoiled",
    "identifier",
    "open_table",
    "read_table",
    "sentence_for",
]
