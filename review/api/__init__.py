"""The doors for scripts: they call the services that the pages call."""
