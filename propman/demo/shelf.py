"""Where the pictures of the demo world go while it is built."""

from __future__ import annotations

import os

from propman.files.store import OWNER_ONLY, FileStore


class Shelf(FileStore):
    """The photo store without its patience: hundreds of files in a second, all on the disk once `settle` returns."""

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`; whoever ends the transaction calls `settle` before."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(OWNER_ONLY)

    def settle(self) -> None:
        """Bring everything to the disk."""
        if hasattr(os, "sync"):  # Windows writes through by itself within seconds
            os.sync()
