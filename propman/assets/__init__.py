"""The register of parts: what there is, whose it is, who keeps it, in what condition, until when it is guaranteed."""
