"""Every document has an identifier of its own for other systems; one default for all would not be one."""


def migrate(cr, version):
    """Add the column with a value for each row before the update would fill it with the same for all."""
    cr.execute("ALTER TABLE oa_document ADD COLUMN IF NOT EXISTS guid varchar DEFAULT gen_random_uuid()::text")
    cr.execute("ALTER TABLE oa_document ALTER COLUMN guid DROP DEFAULT")
