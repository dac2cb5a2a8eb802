"""Spreadsheets that people bring: XLSX, XLSM, XLSB, ODS and XLS, as rows of text like those of a CSV."""
