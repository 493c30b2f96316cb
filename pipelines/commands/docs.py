"""`make docs`: write everything that is rendered from declarations. Keep out: how each is rendered."""

from __future__ import annotations

from pipelines.commands.failures import declarations_explained


def main() -> None:
    """Write schema, dictionary, rules, JSON schemas and published ids; a wrong declaration is told as one line."""
    with declarations_explained():
        from pipelines.auditing import rule_pages
        from pipelines.commands import declared_files
        from pipelines.contracts import rendering

        rendering.main()
        rule_pages.main()
        declared_files.main()


if __name__ == "__main__":
    main()
