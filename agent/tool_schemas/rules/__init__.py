"""What is wrong with a tool as gpt-oss sees it: the findings, rule by rule."""
