"""Sets up and runs the product on one machine, with the standard library only.

Read first: `steps` (how a thing is made once), `setup` (the list of things), `main` (the commands).
"""
