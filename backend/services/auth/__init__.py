"""The caller's identity: tokens of sign-in, verified against the frontend's keys."""
