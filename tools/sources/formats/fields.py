"""What was filled in or noted on a page of a PDF; its text alone has none of it."""

import ctypes
from collections.abc import Iterator
from typing import Any

__all__ = ["filled_in"]

_TEXTS = (4, 5, 6)  # FPDF_FORMFIELD_COMBOBOX, _LISTBOX, _TEXTFIELD
_CHECKBOX, _RADIO = 2, 3  # FPDF_FORMFIELD_CHECKBOX, _RADIOBUTTON
_WIDGET, _NOTES = 20, (1, 3)  # FPDF_ANNOT_WIDGET; _TEXT, _FREETEXT
_PASSWORD = 1 << 13
"""The flag of a field for a password (ISO 32000-1, table 228)."""
_MAX_NOTES = 5000
"""Annotations of a page that are looked at."""


def filled_in(pdf: Any, page: Any) -> Iterator[str]:
    """Yield each field with its value, and each note, in the page's order."""
    from pypdfium2 import raw

    for index in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _MAX_NOTES)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            text = _read(raw, pdf.formenv, annotation)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
        if text:
            yield text


def _read(raw: Any, form: Any, annotation: Any) -> str:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind in _NOTES:
        note = _string(raw.FPDFAnnot_GetStringValue, annotation, b"Contents")
        return f"Note: {note}" if note else ""
    if kind != _WIDGET or form is None:
        return ""
    name = _string(raw.FPDFAnnot_GetFormFieldAlternateName, form.raw, annotation)
    name = name or _string(raw.FPDFAnnot_GetFormFieldName, form.raw, annotation)
    value = _value(raw, form.raw, annotation)
    return f"{name or 'Field'}: {value}" if value else ""


def _value(raw: Any, form: Any, annotation: Any) -> str:
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _TEXTS:
        secret = raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD
        chosen = _chosen(raw, form, annotation)
        value = _string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
        return "" if secret else chosen or value
    checked = bool(raw.FPDFAnnot_IsChecked(form, annotation))
    if kind == _CHECKBOX:
        return "checked" if checked else "not checked"
    if kind == _RADIO and checked:
        return _string(raw.FPDFAnnot_GetFormFieldExportValue, form, annotation)
    return ""


def _chosen(raw: Any, form: Any, annotation: Any) -> str:
    """Return what is chosen of a list, as the page shows it."""
    count = min(max(raw.FPDFAnnot_GetOptionCount(form, annotation), 0), _MAX_NOTES)
    labels = (
        _string(raw.FPDFAnnot_GetOptionLabel, form, annotation, index)
        for index in range(count)
        if raw.FPDFAnnot_IsOptionSelected(form, annotation, index)
    )
    return ", ".join(labels)


def _string(call: Any, *given: Any) -> str:
    """Return what a function of PDFium writes into a buffer of UTF-16."""
    from pypdfium2 import raw

    size = call(*given, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(*given, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return " ".join(buffer.raw.decode("utf-16-le", "replace").strip("\x00").split())
