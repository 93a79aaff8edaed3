"""What text is made of: made safe, Markdown, reST, code, links, its language."""
