"""The checks of "it works": one file each, all pure; ``run`` is the list of them."""
