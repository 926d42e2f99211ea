"""The words of documents come into columns that a job fills: computing them for a million here would keep people waiting."""


def migrate(cr, version):
    """Add the columns before the update would compute it."""
    cr.execute("ALTER TABLE oa_document ADD COLUMN IF NOT EXISTS search_words tsvector, ADD COLUMN IF NOT EXISTS number_words tsvector")
