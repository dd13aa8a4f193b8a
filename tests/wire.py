"""What goes between clients and a server, counted, and cut off if need be."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Wire:
    """Passes connections on to a port; `cut_bytes` of an answer on one, then it breaks off."""

    def __init__(self, listening: socket.socket) -> None:
        self.port: int = listening.getsockname()[1]
        self.to_port = 0
        self.cut_bytes: int | None = None
        self.asked, self.answered = bytearray(), 0  # since `forget`
        self._listening = listening

    def forget(self) -> None:
        self.asked, self.answered = bytearray(), 0

    @property
    def moved(self) -> int:
        """The bytes that went either way."""
        return len(self.asked) + self.answered

    def run(self) -> None:
        with suppress(OSError):  # of accept, once the socket is closed
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self.to_port)) as server:
            asking = threading.Thread(target=self._ask, args=(client, server), daemon=True)
            asking.start()
            left = self.cut_bytes
            while chunk := server.recv(65_536 if left is None else min(left, 65_536)):
                self.answered += len(chunk)
                client.sendall(chunk)
                left = None if left is None else left - len(chunk)
                if left == 0:
                    break
            for each in (client, server):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            asking.join()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while chunk := client.recv(65_536):
                self.asked += chunk
                server.sendall(chunk)
            server.shutdown(socket.SHUT_WR)


@contextmanager
def wire() -> Iterator[Wire]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        passing = Wire(listening)
        thread = threading.Thread(target=passing.run, daemon=True)
        thread.start()
        yield passing
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
