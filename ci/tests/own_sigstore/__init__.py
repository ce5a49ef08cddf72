"""Who vouches for signers in tests."""
