"""Code lists: every vocabulary of coded values once, each code with its label in two languages and what to do about it.

Belongs here: one YAML file per vocabulary, named as the list, and the reading of them. A code is added in its file;
contracts, exports, explorer, command line and the published table `code_list` follow.
Keep out: forms and their ids (`pipelines.forms`, from which the list `form` is taken), texts of pages
(`exploring/labels.yml`), and what any code means to a computation. Nothing here imports polars, pandera or pyarrow.
"""

from pipelines.contracts.codes.code_list import LANGUAGES, LISTS, Code, CodeList, Language, code_list
from pipelines.contracts.codes.code_list import CodeListError as CodeListError

__all__ = ["LANGUAGES", "LISTS", "Code", "CodeList", "CodeListError", "Language", "code_list"]
