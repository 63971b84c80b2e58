def connect() -> None:
    """Listen to the apps before this one."""
