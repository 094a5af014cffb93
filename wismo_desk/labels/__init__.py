"""Labels the desk paints itself: exact printer dots, the check that every code reads back, and ZPL.

May know QtGui and zxing-cpp, never a widget, a printer or a carrier. Begin at `painter.LabelPainter`.
"""
