"""The newest documents are walked by one index; the other one said the same."""


def migrate(cr, version):
    """Drop the index that nothing uses any more."""
    cr.execute("DROP INDEX IF EXISTS oa_document_list_index")
