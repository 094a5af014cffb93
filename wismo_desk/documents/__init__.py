"""Papers the desk prints or files: packing slip, packing receipt, manifest, command sheet.

May know reportlab, python-escpos and zxing-cpp, never Qt, a printer or a carrier. reportlab and escpos are
imported when a paper is made, not before.
"""
