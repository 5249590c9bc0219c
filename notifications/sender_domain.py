"""What the DNS says of the domain that Jalon writes from: who may send for it, how it signs."""

from collections.abc import Iterator
from dataclasses import dataclass

import dns.exception
import dns.resolver

PATIENCE = 5.0  # seconds, for each question


class Silent(Exception):
    """The DNS does not answer: nothing is known."""


@dataclass(frozen=True, slots=True)
class Record:
    """One of the three records that receivers look for; no text: it is not there."""

    kind: str  # SPF, DMARC, DKIM
    name: str
    text: str


def records_of(domain: str, selector: str | None) -> list[Record]:
    """SPF and DMARC of the domain, DKIM when the selector is known; raises `Silent`."""
    asked = [("SPF", domain, "v=spf1"), ("DMARC", f"_dmarc.{domain}", "v=DMARC1")]
    if selector:
        asked.append(("DKIM", f"{selector}._domainkey.{domain}", ""))
    return [Record(kind, name, _starting(name, start)) for kind, name, start in asked]


def _starting(name: str, start: str) -> str:
    return next((text for text in _texts(name) if text.startswith(start)), "")


def _texts(name: str) -> Iterator[str]:
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return
    except dns.exception.DNSException as error:
        raise Silent from error
    for record in answer:
        yield b"".join(record.strings).decode("utf-8", "replace")
