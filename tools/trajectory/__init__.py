"""The records that tool calls leave behind, and how arguments become one."""
