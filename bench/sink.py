"""A relay that takes everything and keeps nothing, in a process of its own: as little work as can be."""

import asyncio
import sys

OK = b"250 OK\r\n"
REPLIES = {
    b"EHLO": b"250-sink\r\n250 SIZE 100000000\r\n",
    b"DATA": b"354 Go on\r\n",
    b"QUIT": b"221 Bye\r\n",
}


class Sink(asyncio.Protocol):
    """One dialogue."""

    def __init__(self) -> None:
        self.buffer, self.content = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self.buffer:
            if self.content:
                if not self.buffer.endswith(b"\r\n.\r\n"):
                    return
                self.content, self.buffer = False, b""
                self.transport.write(OK)
                continue
            line, found, rest = self.buffer.partition(b"\r\n")
            if not found:
                return
            self.buffer, word = rest, line[:4].upper()
            self.content = word == b"DATA"
            self.transport.write(REPLIES.get(word, OK))


async def main() -> None:
    """Listen on a free port of this machine, tell which, until the input ends."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
