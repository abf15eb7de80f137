"""One file a group of commands: options in, one call, one result out. Nothing heavy is imported before one runs."""
