"""How connections are prepared."""

import pytest
from sqlalchemy import text

from models.session import reading


@pytest.mark.postgres
def test_postgresql_compiles_no_question(postgres_url: str) -> None:
    with reading(postgres_url) as session:
        assert session.scalar(text("SHOW jit")) == "off"
