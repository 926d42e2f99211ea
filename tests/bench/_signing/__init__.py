"""Parts of the signing benchmark: the floor, the product, the rival and a slow timestamp service."""
