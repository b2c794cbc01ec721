"""What pulls from a registry, one specification a kind."""
