"""Files that name images, read as text that somebody else opened."""
