"""How long a test waits for what has to come."""

# Only a test that fails waits so long. On a busy machine everything takes several times its time.
PATIENCE_SECONDS = 60
