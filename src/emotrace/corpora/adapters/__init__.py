"""One module or package per corpus; each declares `ADAPTER` and is found by itself."""
