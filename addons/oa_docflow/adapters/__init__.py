"""DOCX and ODT: looked into and filled by a process of its own, turned into PDF/A by LibreOffice. Read first: `office.py`."""
