"""Try a release on a share of the requests before helm, and take it back."""
