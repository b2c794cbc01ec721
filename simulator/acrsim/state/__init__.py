"""What a simulated Azure holds, in memory."""
