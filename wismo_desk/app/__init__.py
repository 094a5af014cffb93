"""The composition root: builds every part once, joins them, and passes what is needed to constructors."""
