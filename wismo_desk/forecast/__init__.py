"""When parcels arrive: a table of hazards by lane, fitted from history. numpy only; no I/O, no clock."""
