"""Word documents (`.docx`) by mammoth: headings, lists and tables; no images."""

from io import BytesIO
from zipfile import ZipFile

from tools.sources.formats.converted import Converted
from tools.sources.formats.office.equations import with_equations
from tools.sources.formats.office.left_out import left_out_of_word
from tools.sources.formats.properties import read_properties
from tools.sources.formats.web.html import read_page
from tools.text.markdown import plain

__all__ = ["convert_word"]


def convert_word(content: bytes) -> Converted:
    """Return a Word document under its own headings."""
    import mammoth

    html = mammoth.convert_to_html(
        BytesIO(with_equations(content)),
        convert_image=lambda _: [],
        include_embedded_style_map=False,
    ).value
    page = read_page(html)
    with ZipFile(BytesIO(content)) as package:
        title, metadata = read_properties(package)
        remarks = left_out_of_word(package)
    return Converted(page.text + "\n", title or plain(page.heading), metadata, remarks)
