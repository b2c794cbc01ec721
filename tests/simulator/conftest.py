"""Its folder is put on the path for it, so that tests in the folders below import the worlds that stand here."""
