"""Builders of the demo: documents in all stages, made by the methods that people's buttons call."""

from . import oa_docflow_demo, oa_exemption_demo, oa_sample, oa_story_citizen_demo, oa_story_demo
