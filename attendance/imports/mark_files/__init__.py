"""Sessions and marks from a table: paper registers, another program, a list. First looked at, then done."""
