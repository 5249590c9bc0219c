"""The emergency account of an administrator: a password and a code of a telephone, or of a paper list.

For the day on which links and the identity provider are out of reach. Each use is told to all managers.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from config.i18n import gettext as _
from models import EmergencyAccount, Person, RoleGrant
from models.errors import BadInput, NotFound, Reason
from models.vocabulary import Role
from workflows.accounts.secrets import digest_of

SHORTEST, LONGEST = 12, 200  # characters of a password
CODES, STEP, NEARBY = 10, 30, 1  # recovery codes; seconds of a code; steps that clocks may differ
FAILURES, FIRST_LOCK, LONGEST_LOCK = 5, timedelta(minutes=15), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kit:
    """What the administrator keeps: shown once."""

    address: str  # otpauth://, for the telephone
    secret: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of an attempt: a person, or a reason. Either way it is to be committed."""

    person: Person | None = None
    reason: Reason | None = None


def open_account(session: Session, email: str, password: str, now: datetime) -> Kit:
    """Make the account of an administrator, or make it anew: what it had before is void.

    Raises `NotFound` for nobody, `BadInput` for who is no administrator or a short password.
    """
    person = _administrator(session, email)
    _check_password(password)
    codes = tuple(f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _code in range(CODES))
    secret = pyotp.random_base32()
    session.merge(
        EmergencyAccount(
            person_id=person.id,
            password_hash=_hasher().hash(password),
            totp_secret=secret,
            last_step=0,
            recovery=[digest_of(code) for code in codes],
            failures=0,
            locked_until=None,
            made_at=now,
            used_at=None,
        )
    )
    session.flush()
    address = pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name="Jalon")
    return Kit(address, secret, codes)


def _administrator(session: Session, email: str) -> Person:
    person = session.scalar(
        select(Person).where(Person.email == email.strip().lower(), Person.active)
    )
    if person is None:
        raise NotFound(
            _("Personne n’a l’adresse « {email} » : ajoutez-la avec « jalon people add ».").format(
                email=email
            )
        )
    if not _administers(session, person.id):
        raise BadInput(
            _(
                "{email} n’est pas administrateur : « jalon people add {email} --role administrator »"
                " d’abord."
            ).format(email=person.email)
        )
    return person


def close_account(session: Session, email: str) -> None:
    """Take the account away; raises `NotFound`."""
    account = _account(session, email)
    if account is None:
        raise NotFound(_("{email} n’a pas de compte de secours.").format(email=email))
    session.delete(account)
    session.flush()


def try_account(session: Session, email: str, password: str, code: str, now: datetime) -> Tried:
    """Let in whoever knows the password and has the code; count what fails. Raises nothing.

    A code serves once, whoever asks first; after five failures in a row the account rests, longer
    each time. What is said does not tell which of the three was wrong.
    """
    account = _account(session, email)
    known = account.password_hash if account else _hash_of_nobody()
    sound = _matches(known, password)
    if account is None:
        return Tried(reason=_wrong())
    if account.locked_until is not None and account.locked_until > now:
        return Tried(reason=_locked(account.locked_until, now))
    allowed = account.person.active and _administers(session, account.person_id)
    if not (sound and allowed and _spend(account, code.strip(), now)):
        return Tried(reason=_failed(account, now))
    account.failures, account.locked_until, account.used_at = 0, None, now
    session.flush()
    return Tried(person=account.person)


def _account(session: Session, email: str) -> EmergencyAccount | None:
    return session.scalar(
        select(EmergencyAccount)
        .join(Person, Person.id == EmergencyAccount.person_id)
        .where(Person.email == email.strip().lower())
        .options(joinedload(EmergencyAccount.person))
        .with_for_update(of=EmergencyAccount)
    )


def _administers(session: Session, person_id: int) -> bool:
    query = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id, RoleGrant.role == Role.ADMINISTRATOR
    )
    return session.scalar(query.limit(1)) is not None


def _spend(account: EmergencyAccount, code: str, now: datetime) -> bool:
    """Whether the code is good, and then it is so no more."""
    digest = digest_of(code.lower())
    if any(hmac.compare_digest(digest, kept) for kept in account.recovery):
        account.recovery = [kept for kept in account.recovery if kept != digest]
        return True
    current = int(now.timestamp()) // STEP
    for step in range(current - NEARBY, current + NEARBY + 1):
        expected = pyotp.TOTP(account.totp_secret).generate_otp(step)
        if step > account.last_step and hmac.compare_digest(expected.encode(), code.encode()):
            account.last_step = step
            return True
    return False


def _failed(account: EmergencyAccount, now: datetime) -> Reason:
    account.failures += 1
    if account.failures < FAILURES:
        return _wrong()
    rest = min(FIRST_LOCK * (1 << min(account.failures - FAILURES, 10)), LONGEST_LOCK)
    account.locked_until = now + rest
    return _locked(account.locked_until, now)


def _wrong() -> Reason:
    return Reason("wrong", _("L’adresse, le mot de passe ou le code ne convient pas."))


def _locked(until: datetime, now: datetime) -> Reason:
    minutes = max(1, -int((now - until).total_seconds() // 60))
    text = _("Trop d’essais : le compte de secours se rouvre dans {minutes} minutes.")
    return Reason("locked", text.format(minutes=minutes))


def _check_password(password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(
            _("Le mot de passe doit avoir de {least} à {most} caractères : choisissez une phrase.")
            .format(least=SHORTEST, most=LONGEST)
        )  # fmt: skip


def _matches(known: str, password: str) -> bool:
    try:
        return _hasher().verify(known, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _hash_of_nobody() -> str:
    """What a password is compared with when there is no account: the answer takes as long."""
    return _hasher().hash(secrets.token_hex(16))
