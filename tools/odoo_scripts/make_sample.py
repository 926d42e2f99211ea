# Fed to `odoo shell`: add many invented documents to a demo database.
import os
import sys

from odoo.exceptions import UserError


def say(text):
    sys.stderr.write(f"SAMPLE {text}\n")
    sys.stderr.flush()


forced = (
    env["res.company"].search([("oa_default_office_id", "!=", False)], order="id", limit=3)
    if os.environ["OA_SAMPLE_FORCED"] == "1"
    else None
)
try:
    env["oa.sample"]._build(
        int(os.environ["OA_SAMPLE_COUNT"]), int(os.environ["OA_SAMPLE_SEED"]), forced, int(os.environ["OA_SAMPLE_FILES"]), say
    )
    env.cr.commit()
except UserError as error:
    raise SystemExit(f"SAMPLE {error}") from error
