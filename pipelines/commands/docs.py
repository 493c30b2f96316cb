"""`make docs`: write everything that is rendered from declarations. Keep out: how each is rendered."""

from __future__ import annotations

from pipelines.commands.failures import declarations_explained


def main() -> None:
    """Write schema, dictionary, JSON schemas and published ids; a wrong declaration is told as one line."""
    with declarations_explained():
        from pipelines.commands import declared_files
        from pipelines.contracts import rendering

        rendering.main()
        declared_files.main()


if __name__ == "__main__":
    main()
