# Fed to `odoo shell`: print what the registers say about themselves as one line of JSON.
import json

print("REGISTERS " + json.dumps(env["oa.register"]._verify_all(), default=str))
