// Carries the headers that the programs of this folder share precompiled; has no code of its own.
