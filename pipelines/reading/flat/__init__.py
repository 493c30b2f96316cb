"""Office documents in one file of XML (flat OPC, Word 2003): its parts are cut out or put into the later markup.

Belongs here: how such a file is divided into the parts that `docx` and `spreadsheet` read. Keep out: what the parts
say; workbooks of Excel 2003, whose markup is one of its own (`spreadsheet.excel_xml`).
"""

from pipelines.reading.flat.document import read_document

__all__ = ["read_document"]
