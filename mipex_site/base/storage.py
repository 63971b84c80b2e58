"""How static files are named where the portal is deployed."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class NamedByContent(CompressedManifestStaticFilesStorage):
    """Each file's name holds a hash of its bytes, and modules import each other by these names.

    Without the latter a browser could join a new module to an old one that it has kept. Only our
    own are read for imports: what a package brings may name files in a comment that it has not.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],  # noqa: SLF001
    )
