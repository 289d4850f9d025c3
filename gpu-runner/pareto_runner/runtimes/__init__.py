"""All runtimes, in one explicit tuple: a runtime is one file here and one line below."""
