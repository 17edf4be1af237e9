"""One module per page: choices and figures in, a tree out."""
