"""The camera agent: from a webcam, an address or a file to a station's websocket. Needs no database."""
