"""The edge: errors in az's terms, exit codes, options, prompts, standard input, report files."""
