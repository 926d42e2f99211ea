"""Signed files of every kind, good and bad, made by code; see cases.py for what each should be called."""
