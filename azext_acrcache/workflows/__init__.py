"""What several commands do: observe, plan, execute, report."""
