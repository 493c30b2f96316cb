"""Commands of `gongkai` in groups of their own. Keep out: how anything is done."""
