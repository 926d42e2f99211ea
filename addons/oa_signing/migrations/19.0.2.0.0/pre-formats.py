"""Signatures are never changed, so the column with the level aimed at comes with its value, without touching a row."""


def migrate(cr, version):
    if version:
        cr.execute("ALTER TABLE oa_signature ADD COLUMN IF NOT EXISTS target_level varchar DEFAULT 'B-LT'")
        cr.execute("ALTER TABLE oa_signature ALTER COLUMN target_level DROP DEFAULT")
