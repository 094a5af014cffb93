"""Text folded inside the shared database as the desks fold it: carriers' labels to the letter, words for the search.

Python's `domain.status.folded` is the measure (tests/sync/test_archive_fold.py compares every sign); the database
may be of any collation, so its own `lower` is trusted with ASCII only.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_LETTERS: Final = range(0x80, 0x530)  # Latin, Greek, Cyrillic: what labels and names here are written in


def filled(statement: str, **words: str) -> str:
    """`{name}` becomes the words of that name: ours all of them, nothing that anybody typed."""
    for name, said in words.items():
        statement = statement.replace(f"{{{name}}}", said)
    return statement


def _caseless() -> dict[str, str]:
    """Letters and their small forms, sign by sign, of those that no decomposition takes apart."""
    found = {chr(code): chr(code).casefold() for code in _LETTERS}
    return {
        sign: small
        for sign, small in found.items()
        if small != sign and len(small) == 1 and unicodedata.normalize("NFKD", sign) == sign
    }


_CASE: Final = _caseless()
_LARGE: Final = "".join(_CASE)
_SMALL: Final = "".join(_CASE.values())
_MARKS: Final = r"[\u0300-\u034e\u0350-\u036f\u0483-\u0487]+"
# What str.split() parts at and NFKD has not made a blank of.
_BLANKS: Final = r"[\u0009-\u000d\u001c-\u0020\u0085\u1680\u2028\u2029]+"
PART: Final = r"[^a-z0-9\u00aa\u00b5\u00ba\u00c0-\u1fff\u2c00-\u2fff\u3005-\ud7ff\uf900-\uffff]+"

# What `wismo-desk db upgrade` runs for it (shared_schema.STEPS): never changed once released.
PLAIN_STEP: Final = (
    filled(
        """CREATE FUNCTION wismo.plain(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN octet_length(said) = char_length(said) THEN lower(said)
            ELSE replace(replace(translate(lower(regexp_replace(normalize(said, NFKD), '{marks}', '', 'g')
                COLLATE "C"), '{large}', '{small}'), 'ß', 'ss'), 'ẞ', 'ss') END $$""",
        marks=_MARKS,
        large=_LARGE,
        small=_SMALL,
    ),
    filled(
        """CREATE FUNCTION wismo.folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT trim(BOTH ' ' FROM regexp_replace(wismo.plain(said), '{blanks}', ' ', 'g')) $$""",
        blanks=_BLANKS,
    ),
    filled(
        """CREATE FUNCTION wismo.words_of(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(DISTINCT left(word, 60)), '{}') FROM regexp_split_to_table(
            translate(wismo.plain(said), 'łøđæœ', 'lodao'), '{part}') AS word WHERE word <> '' $$""",
        part=PART,
    ),
    # A number as it is looked up: without blanks and marks, in capitals.
    filled(
        """CREATE FUNCTION wismo.code_of(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT upper(regexp_replace(wismo.plain(said), '{part}', '', 'g') COLLATE "C") $$""",
        part=PART,
    ),
    # A fact's data. A NUL, which this database cannot keep in a text, is left out; anything else that is no JSON
    # is an error, which the fold keeps beside the shipment (wismo.unfolded).
    r"""CREATE FUNCTION wismo.read_json(said text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN strpos(said, '\u0000') = 0 THEN said::jsonb
            ELSE regexp_replace(said, '(?<!\\)((?:\\\\)*)\\u0000', '\1', 'g')::jsonb END $$""",
)
