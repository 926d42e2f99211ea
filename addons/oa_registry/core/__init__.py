"""Rules of the registry without Odoo, database or files.

Read first: `numbering` (templates of numbers), then `hash_chain` (why a book cannot be bent unseen).
`identifiers` writes the УРИ, `retention` the end of keeping, `file_check` says what may be stored, `errors` what can go wrong.
"""
