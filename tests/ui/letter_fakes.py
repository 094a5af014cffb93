"""The texts of notices over plain objects: what is looked at, saved and put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Letter, Milestone
from wismo_desk.errors import DeskError
from wismo_desk.flows.letter_texts import Looked, TextVersion
from wismo_desk.notices.lint import Remark, lint_source
from wismo_desk.notices.sms_text import gsm_safe, sms_size

HTML = """<!doctype html><html><head><style>a{color:red}</style></head><body style="background:#F4F6F8"><div
style="display:none;">unseen</div><table width="100%" bgcolor="#FFFFFF"><tr><td style="padding:24px"><h1>{subject}</h1>
<p style="color:#151A21;line-height:1.5">{text}</p><a href="https://x.example/">Suivre ma commande</a></td></tr></table>
</body></html>"""


@dataclass
class FakeLetters:
    """`said` records the calls; `sources` are the texts in force."""

    said: list[tuple[Any, ...]] = field(default_factory=list)
    error: DeskError | None = None
    sources: dict[str, str] = field(
        default_factory=lambda: {
            "subject": "Commande {{ order }}",
            "txt": "Elle est partie.",
            "sms": "Commande {{ order }}",
        }
    )
    before: list[TextVersion] = field(default_factory=list)
    remarks: tuple[Remark, ...] = ()

    def look(
        self, number: str, milestone: Milestone, *, language: str = "", tried: Mapping[str, str] | None = None
    ) -> Looked:
        self.said.append(("look", number, milestone, language))
        if self.error:
            raise self.error
        sources = self.sources | dict(tried or {})
        made = {part: text.replace("{{ order }}", number or "10482") for part, text in sources.items()}
        sms = gsm_safe(made["sms"])
        return Looked(
            number=number or "10482",
            letter=Letter(
                subject=made["subject"],
                text=f"Bonjour Zoé,\n\n{made['txt']}\n",
                html=HTML.replace("{subject}", made["subject"]).replace("{text}", made["txt"]),
                to="zoe@example.org",
                name="Zoé",
                language=language or "fr",
            ),
            sms=sms,
            size=sms_size(sms),
            sources=sources,
            own=bool(self.before),
            remarks=(*self.remarks, *(r for part, text in sources.items() for r in lint_source(part, text))),
            night={"#FFFFFF": "#182029", "#151A21": "#E9EDF2", "#F4F6F8": "#10151B"},
        )

    def save(self, language: str, milestone: Milestone, texts: Mapping[str, str]) -> Changes:
        self.said.append(("save", language, milestone, dict(texts)))
        if self.error:
            raise self.error
        for part, text in texts.items():
            if text != self.sources[part]:
                self.before.insert(
                    0, TextVersion(part=part, text=self.sources[part], at="2026-12-01T10:00", by="Poste 1")
                )
                self.sources[part] = text
        return Changes(values=True)

    def reset(self, language: str, milestone: Milestone) -> Changes:
        self.said.append(("reset", language, milestone))
        return Changes(values=True)

    def versions(self, language: str, milestone: Milestone) -> tuple[TextVersion, ...]:
        return tuple(self.before)

    def put_back(self, language: str, milestone: Milestone, version: TextVersion) -> Changes:
        self.said.append(("put_back", language, milestone, version))
        self.sources[version.part] = version.text
        return Changes(values=True)
