"""Office files: documents of Word, workbooks, presentations."""
