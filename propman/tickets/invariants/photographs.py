"""The promise about photographs of repairs that were used before (F02)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from propman.files.fingerprints import NEAR, distance
from propman.files.models import Photo
from propman.invariants import Finding
from propman.tickets.models import Attachment


def used_before_is_so(session: Session) -> Finding:
    """F02: a photo that is said to have been used before was so on another report, and, while neither is erased,
    has the bytes or the looks of that one.
    """
    earlier, before, photo = aliased(Attachment), aliased(Photo), aliased(Photo)
    query = (
        select(
            Attachment.id, Attachment.ticket_id, earlier.ticket_id, Attachment.earlier_same_file,
            photo.received_sha256, photo.difference, before.received_sha256, before.difference,
        )
        .join(earlier, earlier.id == Attachment.earlier_id)
        .join(photo, photo.id == Attachment.photo_id)
        .join(before, before.id == earlier.photo_id)
        .order_by(Attachment.id)
    )  # fmt: skip
    checked, broken = 0, list[str]()
    for attachment_id, ticket_id, other_id, same_file, received, bits, first, first_bits in session.execute(query):
        checked += 1
        if ticket_id == other_id:
            broken.append(f"attachment {attachment_id}: it was used before on the same report")
        if bits is None or first_bits is None:
            continue
        if (received != first) if same_file else (distance(bits, first_bits) > NEAR):
            broken.append(f"attachment {attachment_id}: it is not the picture that it is said to be")
    return Finding("F02", checked, tuple(broken))
