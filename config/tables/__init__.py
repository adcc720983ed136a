"""Tables that leave the house: described once, written as CSV, XLSX or PDF, or shown on a page.

Anyone who has numbers to hand out makes a `Table`; the writers know nothing of what they mean. openpyxl, reportlab
and the
fonts are imported when the first file of their kind is written.
"""

from config.tables.table import FORMULA, Cell, Column, Fact, Kind, Row, Subtotal, Table, Words, neutral

__all__ = ["FORMULA", "Cell", "Column", "Fact", "Kind", "Row", "Subtotal", "Table", "Words", "neutral"]
