"""No screen is needed to look at the house."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
