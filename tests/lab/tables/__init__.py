"""One module per table: its docstring's first line is what the list shows, `main(arguments)` measures and prints it."""
