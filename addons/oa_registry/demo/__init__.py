"""Builders of the demo: many invented documents at once."""

from . import oa_sample
