"""How often one may ask: counted by kind and by who, in this process or for several in Redis."""

import socket
import uuid

import pytest

from config.settings import Settings
from web.limits import RATES, Limits, Rate

REDIS = "redis://127.0.0.1:6379/5"


def reached() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", 6379)) == 0


@pytest.fixture(params=["memory://", REDIS])
def storage(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    if found == REDIS and not reached():
        pytest.skip("no Redis answers")
    return found


@pytest.fixture
def about(monkeypatch: pytest.MonkeyPatch) -> str:
    """A kind of request of this test alone: Redis is shared."""
    name = f"essai-{uuid.uuid4().hex}"
    monkeypatch.setitem(RATES, name, Rate(2, 7))
    return name


def limits(storage: str) -> Limits:
    return Limits(Settings(rate_storage=storage))


@pytest.mark.slow
def test_beyond_its_limit_one_waits_and_only_that_one(storage: str, about: str) -> None:
    counted = limits(storage)

    waits = [counted.wait(about, "10.0.0.1") for _time in range(3)]

    assert waits[:2] == [0, 0]
    assert 0 < waits[2] <= 7 * 60 + 1
    assert counted.wait(about, "10.0.0.2") == 0
    assert counted.wait("api", "10.0.0.1") == 0


def test_processes_count_together_in_redis_and_apart_without(storage: str, about: str) -> None:
    one, other = limits(storage), limits(storage)
    for _time in range(2):
        assert one.wait(about, "10.0.0.1") == 0

    assert bool(other.wait(about, "10.0.0.1")) is (storage == REDIS)


def test_nobody_is_kept_out_when_redis_is_away(
    about: str, caplog: pytest.LogCaptureFixture
) -> None:
    counted = limits("redis://127.0.0.1:1/0")

    assert [counted.wait(about, "10.0.0.1") for _time in range(5)] == 5 * [0]
    assert "limits are not counted" in caplog.text
