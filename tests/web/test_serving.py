"""What is served leaves at once."""

import asyncio
import socket

import pytest

from web.serving import bound

pytestmark = pytest.mark.slow


def test_the_end_of_an_answer_does_not_wait_for_the_reader() -> None:
    async def accepted() -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def met(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            ours = writer.get_extra_info("socket")
            found.set_result(ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with bound("127.0.0.1:0") as listening:
            async with await asyncio.start_server(met, sock=listening):
                _reader, writer = await asyncio.open_connection(*listening.getsockname())
                writer.close()
                return await found

    assert asyncio.run(accepted()) == 1
