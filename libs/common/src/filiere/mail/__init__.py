"""Mail: a letter is written in the transaction of the change that it tells of, and sent by the worker (decision 0035).

    await post(session, [Letter(address, ACCEPTED, {"reference": donation.reference}, page=f"/dons/{donation.id}")])

Each kind is declared once (`MailKind`), named in the service's definition, and its words stand in a template beside
its slice. Whoever gets a kind may switch it off, unless it carries what nobody else tells them.
"""

from filiere.mail.kinds import Letter, MailKind
from filiere.mail.posting import post
from filiere.mail.readers import readable_address

__all__ = ["Letter", "MailKind", "post", "readable_address"]
