# Fed to `odoo shell` after the demo PKI was made anew: its certificates and remote keys take the place of the old ones.
env["oa.signing.key"]._import_demo_keys()
env.cr.commit()
