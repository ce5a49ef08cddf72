"""Who is asking: tokens of sign-in, verified against the frontend's keys."""
