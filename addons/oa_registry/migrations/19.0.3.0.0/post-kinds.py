"""Kinds that exist show what their forms showed before."""


def migrate(cr, version):
    """Speed was shown for every incoming document; how it is signed and when an answer is expected are new."""
    cr.execute("UPDATE oa_document_kind SET shows_service = (direction = 'incoming')")
