"""Rules of the flow, without Odoo and without I/O.

`lifecycle` is the one table of states and moves (read it first), `routing` says whose step is next, `terms` counts days and
says how it counted, `content` gives a content its digest.
"""
