"""What a signature is, without Odoo and without keys.

Read first: specs.py (what is asked and answered), ports.py (who is asked), then pades.py: *prepare* a file, let
somebody "sign these octets", *finish* it with a raw signature that was checked, *augment* it later. validation.py
gives the verdict on a whole document, policy.py on a certificate, errors.py is the one tree of failures.
"""
