"""The page asked for before signing in: one of ours, without words typed, kept until it can be shown."""

from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

HOME = "/"
LONGEST = 300
WORDS = frozenset(
    {"texte", "destinataire"}
)  # what people type may name somebody: it goes into no other address


def asked_page(request: Request) -> str:
    """The page of this request, with its filters but no words typed in it."""
    asked = [pair for pair in parse_qsl(request.url.query) if pair[0] not in WORDS]
    return inside(f"{request.url.path}?{urlencode(asked)}" if asked else request.url.path)


def address_of(request: Request) -> str:
    """The page of this request, to read it again; home for what a form brought, which no link opens."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}" if request.method in {"GET", "HEAD"} else HOME


def inside(address: str) -> str:
    """`address` when it is one of our own pages that one may go on to, else the home page."""
    kept = len(address) <= LONGEST and not address.startswith("/connexion")
    return ours(address) if kept else HOME


def ours(address: str) -> str:
    """`address` when it is one of our own pages, else the home page."""
    own = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if own and address.isprintable() else HOME
