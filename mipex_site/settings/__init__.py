"""Settings: base holds what all deployments share; demo, local, test and prod only override."""
