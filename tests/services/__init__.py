"""A real PostgreSQL, a real Redis and a real Celery worker for tests and benches.

`python -m tests.services run -- COMMAND` starts the first two in private folders, exports how
to reach them, runs COMMAND, and stops them whatever happened.
"""
