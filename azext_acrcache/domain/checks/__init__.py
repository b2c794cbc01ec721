"""What can be wrong with a chain, one file for each area. Pure: each check looks at what a survey found."""
