"""Uploads: spreadsheets kept under a random name from the first look until they are taken."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from targets.models import Unit, Upload
from targets.models.uploads import Purpose
from targets.permissions import may_enter_for, may_manage_plan
from targets.services.base import Author, create, record, snapshot, update, verb


def keep_upload(
    by: Author, *, purpose: str, year: int, name: str, content: bytes, detected_type: str, unit: Unit | None = None
) -> Upload:
    """Keep a file that was read once already. It is stored before the transaction opens.

    Raises:
        PermissionDenied: the author may neither manage the plan nor enter for the unit, whichever it is for.
    """
    _require(by, purpose, unit)
    stored_name = secrets.token_hex(24)
    default_storage.save(stored_name, ContentFile(content))
    try:
        return _note(by, purpose, year, unit, name, content, detected_type, stored_name)
    except BaseException:
        default_storage.delete(stored_name)
        raise


def content_of(upload: Upload) -> bytes:
    """The bytes of a kept file.

    Raises:
        FileNotFoundError: it was removed from the disk.
    """
    with default_storage.open(upload.stored_name) as file:
        return bytes(file.read())


def _require(by: Author, purpose: str, unit: Unit | None) -> None:
    if purpose == Purpose.PLAN:
        by.require(may_manage_plan)
    else:
        assert unit is not None  # progress is a unit's
        by.require(may_enter_for, unit.pk)


@verb
def _note(
    by: Author,
    purpose: str,
    year: int,
    unit: Unit | None,
    name: str,
    content: bytes,
    detected_type: str,
    stored_name: str,
) -> Upload:
    upload = Upload(
        purpose=purpose,
        year=year,
        unit=unit,
        stored_name=stored_name,
        original_name=name[-255:],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        detected_type=detected_type,
        uploaded_by=by.user,
    )
    create(by, "upload.create", upload, "purpose", "year", "original_name", "sha256", unit=unit)
    return upload


@verb
def choose(by: Author, upload: Upload, choices: Mapping[str, Any]) -> None:
    """Note what the person chose on the way."""
    _require(by, upload.purpose, upload.unit)
    before = snapshot(upload, "choices")
    update(upload, choices=json.dumps(choices, ensure_ascii=False))
    record(by, "upload.change", upload, unit=upload.unit, before=before, after=snapshot(upload, "choices"))


def choices_of(upload: Upload) -> dict[str, Any]:
    """What the person chose so far."""
    return dict(json.loads(upload.choices)) if upload.choices else {}


def taken(by: Author, upload: Upload) -> None:
    """Note, within the verb that takes it, that a file was taken."""
    update(upload, taken_at=timezone.now())
    record(by, "upload.take", upload, unit=upload.unit, after={"sha256": upload.sha256})


def source_of(upload: Upload) -> str:
    """How the record of changes names the file."""
    return f"{upload.original_name} sha256:{upload.sha256[:12]}"[:200]
