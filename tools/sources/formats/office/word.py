"""Word documents (`.docx`) by mammoth: headings, lists and tables; no images."""

from io import BytesIO
from zipfile import ZipFile

from tools.sources.formats.converted import Converted
from tools.sources.formats.properties import read_properties
from tools.sources.formats.web.html import html_to_markdown
from tools.text.markdown import read_front_matter

__all__ = ["convert_word"]


def convert_word(content: bytes) -> Converted:
    """Return a Word document under its own headings."""
    import mammoth

    html = mammoth.convert_to_html(
        BytesIO(content), convert_image=lambda _: [], include_embedded_style_map=False
    ).value
    _, text = html_to_markdown(html)
    with ZipFile(BytesIO(content)) as package:
        title, metadata = read_properties(package)
    title = title or read_front_matter(text).title or ""
    return Converted(text.strip() + "\n", title, metadata)
