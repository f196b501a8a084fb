"""The frame that all HTML pages share."""
