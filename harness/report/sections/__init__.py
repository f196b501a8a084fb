"""Tables and paragraphs of the report, one module for each subject."""
