"""Sign-in: tokens, verified against the frontend's keys."""
