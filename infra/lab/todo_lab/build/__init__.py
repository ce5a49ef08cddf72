"""Build or fetch, once, everything the lab runs on: programs, images, charts."""
