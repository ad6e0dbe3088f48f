"""Word files. What writes them is loaded with the first one, and its large libraries with it."""

from reports.document import Document

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def write_docx(document: Document) -> bytes:
    """The whole file.

    Raises:
        UnprintableError: no font of this machine has a character of one of its charts, which are pictures.
    """
    from reports.writers import docx

    return docx.write_docx(document)
