"""Why a release does not work."""
