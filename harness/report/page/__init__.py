"""report.html: the report as one page that needs no network, with plots that answer and tables that sort."""
