from . import tiers
