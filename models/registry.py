"""Every mapped class, imported together so that each relationship and foreign key finds its other end."""

from models.application import Application, ApplicationQpv, FunderLine
from models.base import Base
from models.call import Call, CallFiche, CallStep, CommitteeSession
from models.case import Opinion, Piece, Report
from models.journal import JournalEntry, JournalHead, JournalText
from models.message import Message
from models.obligation import (
    Obligation,
    ObligationAnswer,
    ObligationChange,
    ReminderMail,
    ReminderStep,
)
from models.people import Contact, Organisation, OrganisationAlias, Person, RoleGrant
from models.territory import Contract, Enjeu, Fiche, FichePilot, Qpv

__all__ = [
    "Application",
    "ApplicationQpv",
    "Base",
    "Call",
    "CallFiche",
    "CallStep",
    "CommitteeSession",
    "Contact",
    "Contract",
    "Enjeu",
    "Fiche",
    "FichePilot",
    "FunderLine",
    "JournalEntry",
    "JournalHead",
    "JournalText",
    "Message",
    "Obligation",
    "ObligationAnswer",
    "ObligationChange",
    "Opinion",
    "Organisation",
    "OrganisationAlias",
    "Person",
    "Piece",
    "Qpv",
    "ReminderMail",
    "ReminderStep",
    "Report",
    "RoleGrant",
]
