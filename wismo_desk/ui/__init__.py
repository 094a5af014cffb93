"""Windows: the only room that knows QtWidgets. It paints what flows return and hands back what people do."""
