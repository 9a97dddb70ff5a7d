"""The engine: listens, adds, draws, applies, remembers. It never names a mechanism."""
