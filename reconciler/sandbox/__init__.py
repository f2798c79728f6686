"""An emulator of the Tavus persona and PAL routes: an ASGI app over one SQLite file."""
