"""One file per explanation; nothing else. See CONTRIBUTING.md for how to add one."""
