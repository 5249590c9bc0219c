"""What a file of applications may refer to: fiches, funders, neighbourhoods and sessions of a call."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Call, CommitteeSession, Fiche, Qpv
from workflows.applications.cellwise import Unreadable
from workflows.catalogue.stored import fiches_of
from workflows.spellings import Spellings


@dataclass(frozen=True, slots=True)
class Ground:
    """One call, with everything that its applications are looked up in, read once."""

    call: Call
    fiches: dict[str, Fiche]
    open_numbers: tuple[str, ...]
    funders: Spellings
    qpvs: dict[str, list[Qpv]]
    sessions: tuple[CommitteeSession, ...]

    @classmethod
    def of(cls, session: Session, call: Call) -> "Ground":
        """The ground of `call`, whose fiches and sessions are loaded; raises nothing."""
        fiches = fiches_of(session, call.contract_id)
        opened = {opened.fiche_id for opened in call.fiches}
        qpvs: dict[str, list[Qpv]] = {}
        for qpv in session.scalars(select(Qpv).where(Qpv.contract_id == call.contract_id)):
            qpvs.setdefault(qpv.code.upper(), []).append(qpv)
        return cls(
            call,
            {fiche.number: fiche for fiche in fiches},
            tuple(fiche.number for fiche in fiches if fiche.id in opened),
            Spellings.of(session, call.contract_id),
            qpvs,
            tuple(call.sessions),
        )

    def fiche(self, number: str) -> Fiche:
        """The fiche of that number; raises `Unreadable` when there is none."""
        if number not in self.fiches:
            raise Unreadable(
                _(
                    "la fiche « {number} » n’existe pas ; fiches ouvertes à l’appel : {known}."
                ).format(number=number, known=", ".join(self.open_numbers))
            )
        return self.fiches[number]

    def funder(self, spelling: str) -> int:
        """The organisation of that name or alias; raises `Unreadable`, with the closest names."""
        found = self.funders.find(spelling)
        if found is None:
            raise Unreadable(self.funders.unknown(spelling))
        return found

    def qpv(self, code: str, on: date) -> Qpv:
        """The neighbourhood of that code, in force that day; raises `Unreadable`."""
        known = self.qpvs.get(code)
        if not known:
            raise Unreadable(
                _("quartier inconnu : « {code} » ; attendu : {known}.").format(
                    code=code, known=", ".join(sorted(self.qpvs)) or _("aucun n’est enregistré")
                )
            )
        for qpv in known:
            if qpv.valid_from <= on and (qpv.valid_to is None or on <= qpv.valid_to):
                return qpv
        raise Unreadable(
            _("le quartier « {code} » n’est pas en vigueur au début de l’action, le {day}.").format(
                code=code, day=f"{on:%d/%m/%Y}"
            )
        )

    def session(self, today: date) -> CommitteeSession | None:
        """The next committee day, today included, else the last one; None when none is planned."""
        ahead = [planned for planned in self.sessions if planned.held_on >= today]
        return ahead[0] if ahead else (self.sessions[-1] if self.sessions else None)
