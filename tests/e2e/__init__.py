"""The portal as people meet it: a real Chromium, a real server, the database under test."""
