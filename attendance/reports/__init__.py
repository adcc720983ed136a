"""Reports: what closed sessions say, as tables that pages, files, command and API share."""
