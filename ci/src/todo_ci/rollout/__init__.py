"""Everything that changes a release: upgrade, repair, automatic rollback, the lock."""
