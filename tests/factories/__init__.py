"""The smallest valid rows, one module an app. What a test cares about, the test says."""
