"""What touches the world: PKCS#11, sockets, timestamps, revocation answers, trusted files. Nothing here knows Odoo."""
