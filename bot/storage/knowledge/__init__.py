"""The knowledge base on disk: YAML to types, with file and line of every fault."""
