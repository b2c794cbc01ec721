"""Order, concurrency, waiting and what is already done. Knows no service."""
