{
    "name": "Benchmark of registration",
    "summary": "The same document with its number, without one, and with Odoo's own sequence without gaps",
    "version": "19.0.2.0.0",
    "license": "LGPL-3",
    "depends": ["oa_docflow"],
    "installable": True,
}
