"""Events: stored with the change they tell of, published in order, consumed once."""
