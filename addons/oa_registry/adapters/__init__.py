"""The registry's ways to the outside: `pdf_renderer` makes PDF/A from HTML."""
