"""Voice notes: in through a gate, recorded anew, kept on disk under keys of our own, erased with their file."""
