"""Mails that come back, as servers write them."""

DSN = """\
From: MAILER-DAEMON@mx.ailleurs.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <report-1@mx.ailleurs.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.ailleurs.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--B
Content-Type: text/rfc822-headers

From: contrat@ville.example
Message-ID: {identifier}
Subject: Jalon

--B--
"""
VACATION = """\
From: {address}
To: {to}
Subject: Absente du bureau
Message-ID: <absence@asso.example>
Auto-Submitted: auto-replied (vacation)
In-Reply-To: {identifier}

Je suis absente jusqu'au 12. Contactez le secretariat.
"""


def dsn(address: str, *, to: str = "contrat@ville.example", identifier: str = "<x@y.example>",
        action: str = "failed", status: str = "5.1.1",
        diagnostic: str = "550 5.1.1 Unknown user") -> bytes:  # fmt: skip
    """A delivery status notification."""
    text = DSN.format(to=to, address=address, action=action, status=status,
                      diagnostic=diagnostic, identifier=identifier)  # fmt: skip
    return text.replace("\n", "\r\n").encode()


def vacation(address: str, to: str, identifier: str = "<x@y.example>") -> bytes:
    """Somebody who is away says so."""
    text = VACATION.format(address=address, to=to, identifier=identifier)
    return text.replace("\n", "\r\n").encode()
