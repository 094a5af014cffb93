"""The main job done by the program itself: through the real window, with key events, leaving its proof."""
