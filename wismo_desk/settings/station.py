"""What one bench is told by its supervisor, read from and written to `station.toml` with comments kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import tomlkit
from tomlkit.exceptions import TOMLKitError

from wismo_desk.domain.order import Party
from wismo_desk.domain.packing import Gate
from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.errors import SettingsProblem
from wismo_desk.settings.ahead import AheadSettings, ahead_from_toml, ahead_to_toml
from wismo_desk.settings.cartons import Carton, cartons_from_toml, cartons_to_toml
from wismo_desk.settings.channels import (
    SmsSettings,
    WebhookSettings,
    channel_to_toml,
    sms_from_toml,
    webhook_from_toml,
)
from wismo_desk.settings.in_range import check_ranges, folder_text, rows_of, texts_of
from wismo_desk.settings.inbox import InboxSettings, inbox_from_toml, inbox_to_toml
from wismo_desk.settings.mail import MailSettings, mail_from_toml, mail_to_toml
from wismo_desk.settings.pages import PagesSettings, pages_from_toml, pages_to_toml
from wismo_desk.settings.told_values import (
    LACKS,
    SECTION,
    check_one_of,
    checked,
    plain_texts,
    refuse_strange,
    sections,
    texts,
)

FILE: Final = "station.toml"


class LabelScan(StrEnum):
    """What follows when the next order is scanned before the printed label was."""

    ASK = "ask"  # allowed; an anomaly follows after a while
    REQUIRE = "require"  # held until the label is scanned


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`services` maps the shop's own words to (carrier, service); `cut_offs` a carrier to wall time."""

    station: str = "Poste 1"
    language: str = "fr"
    theme: str = "auto"  # auto | light | dark | contrast
    zone: str = "Europe/Paris"
    gate: Gate = Gate.BLOCK
    label_scan: LabelScan = LabelScan.ASK
    weigh: bool = True  # a label needs a weight: scale, product table, or typed
    parcels_together: bool = False  # several parcels of one order are bought in one call, at the last one
    volume: int = 80  # percent
    scanner_prefix: str = ""
    scanner_group_separator: str = ""  # what the scanner types for FNC1, when it cannot type ASCII 29
    shipper: Party = field(default_factory=Party)
    gs1_prefix: str = ""  # of the merchant; none means own deliveries cannot be labelled
    own_name: str = "Livraison magasin"
    own_label: str = "graphic"
    printers: tuple[PrinterProfile, ...] = ()
    cut_offs: Mapping[str, str] = field(default_factory=dict)
    day_ends: str = "20:00"
    services: tuple[tuple[str, str, str], ...] = ()
    default_service: tuple[str, str] = ("own", "home")
    watched: Path | None = None
    scale_port: str = ""
    shared: str = ""  # postgresql+psycopg://user@host/database; its password is in the keyring
    tenant: int = 1
    warehouse: str = ""  # "" sees all of the tenant
    digest_to: str = ""  # one e-mail a working day with what is to be settled; "" sends none
    digest_at: str = "08:00"
    retention_days: int = 90  # closed orders lose name and address here after so long; 0: never
    carriers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    mail: MailSettings = field(default_factory=MailSettings)
    inbox: InboxSettings = field(default_factory=InboxSettings)
    bounces: InboxSettings = field(
        default_factory=InboxSettings
    )  # the sender's own mailbox, for what comes back
    sms: SmsSettings = field(default_factory=SmsSettings)
    webhook: WebhookSettings = field(default_factory=WebhookSettings)
    pages: PagesSettings = field(default_factory=PagesSettings)
    ahead: AheadSettings = field(default_factory=AheadSettings)
    cartons: tuple[Carton, ...] = ()

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def cut_off(self, carrier: str) -> time:
        return clock_time(self.cut_offs.get(carrier, "17:30"))

    def printer(self) -> PrinterProfile | None:
        """The label printer of this bench: the first in the list."""
        return self.printers[0] if self.printers else None


def clock_time(text: str) -> time:
    """ "17:30" as a wall time."""
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise SettingsProblem(
            "“{text}” is not a time of day. Write it as 17:30.", text=text, field="cut_offs"
        ) from error


def load(folder: Path) -> Settings:
    """The settings in `folder`, or the defaults when there is no file yet."""
    path = folder / FILE
    if not path.exists():
        return Settings()
    try:
        data = tomlkit.parse(path.read_text(encoding="utf-8-sig")).unwrap()
        return _from_toml(data)
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise SettingsProblem(
            "The settings file {path} cannot be read. Correct the line named behind, or move the file away "
            "to start from the defaults.",
            path=str(path),
            raw=str(error),
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsProblem(
            "The settings file {path} holds a value that cannot be used. Correct it, or move the file away "
            "to start from the defaults.",
            path=str(path),
            raw=str(error),
        ) from error


def save(folder: Path, settings: Settings) -> None:
    """Write what changed; comments and unknown keys of the file stay."""
    path = folder / FILE
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig")) if path.exists() else tomlkit.document()
    document.update(_to_toml(settings))
    folder.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(tomlkit.dumps(document), encoding="utf-8")
    fresh.replace(path)


_KNOWN: Final = {"language": ("fr", "en"), "theme": ("auto", "light", "dark", "contrast")}
_SECTIONS: Final = ("shipper", "cut_offs", "carriers", "mail", "pages", "inbox", "bounces", "sms", "webhook")
_PLAIN: Final = (
    "station", "language", "theme", "zone", "weigh", "parcels_together", "volume", "scanner_prefix",
    "scanner_group_separator", "gs1_prefix", "own_name", "own_label", "day_ends", "scale_port",
    "shared", "tenant", "warehouse", "retention_days", "digest_to", "digest_at",
)  # fmt: skip


def _to_toml(settings: Settings) -> dict[str, Any]:
    shipper = settings.shipper
    return {
        **{name: getattr(settings, name) for name in _PLAIN},
        "gate": settings.gate.value,
        "label_scan": settings.label_scan.value,
        "watched": str(settings.watched or ""),
        "default_service": list(settings.default_service),
        "services": [list(row) for row in settings.services],
        "cut_offs": dict(settings.cut_offs),
        "carriers": {code: dict(values) for code, values in settings.carriers.items()},
        "mail": mail_to_toml(settings.mail),
        "pages": pages_to_toml(settings.pages),
        "ahead": ahead_to_toml(settings.ahead),
        "cartons": cartons_to_toml(settings.cartons),
        "inbox": inbox_to_toml(settings.inbox),
        "bounces": inbox_to_toml(settings.bounces),
        "sms": channel_to_toml(settings.sms),
        "webhook": channel_to_toml(settings.webhook),
        "shipper": {
            **{name: getattr(shipper, name) for name in Party.__slots__ if name != "street"},
            "street": list(shipper.street),
        },
        "printers": [
            {name: getattr(printer, name) for name in PrinterProfile.__slots__}
            for printer in settings.printers
        ],
    }


def _from_toml(data: Mapping[str, Any]) -> Settings:
    flat = next((name for name in _SECTIONS if not isinstance(data.get(name, {}), Mapping)), None)
    if flat is not None:
        raise SettingsProblem(SECTION, name=flat, field=flat)
    values = checked("", data, Settings())
    check_ranges(values)
    check_one_of(values, _KNOWN)
    if watched := folder_text("watched", data.get("watched", "")):
        values["watched"] = Path(watched)
    if "default_service" in data:
        carrier, service = texts_of("default_service", data["default_service"], 2)
        values["default_service"] = (carrier, service)
    if "services" in data:
        rows = rows_of("services", data["services"], 3)
        values["services"] = tuple((word, carrier, service) for word, carrier, service in rows)
    if "cut_offs" in data:
        values["cut_offs"] = plain_texts("cut_offs", data["cut_offs"])
    if "carriers" in data:
        values["carriers"] = {
            code: plain_texts(f"carriers.{code}", kept) for code, kept in data["carriers"].items()
        }
    _check_zone(values.get("zone", "UTC"))
    hours = (values.get("day_ends", "20:00"), values.get("digest_at", "08:00"))
    for text in [*values.get("cut_offs", {}).values(), *hours]:
        clock_time(text)
    if "shipper" in data:
        shipper = dict(data["shipper"])
        refuse_strange("shipper", shipper, Party.__slots__)
        shipper |= checked("shipper", shipper, Party())
        values["shipper"] = Party(
            **{**shipper, "street": texts("shipper", "street", shipper.get("street", []))}
        )
    if "mail" in data:
        values["mail"] = mail_from_toml(data["mail"])
    if "pages" in data:
        values["pages"] = pages_from_toml(data["pages"])
    if "cartons" in data:
        values["cartons"] = cartons_from_toml(sections("cartons", data["cartons"]))
    if "ahead" in data:
        values["ahead"] = ahead_from_toml(data["ahead"])
    if "bounces" in data:
        values["bounces"] = inbox_from_toml(data["bounces"], "bounces")
    if "inbox" in data:
        values["inbox"] = inbox_from_toml(data["inbox"])
    if "sms" in data:
        values["sms"] = sms_from_toml(data["sms"])
    if "webhook" in data:
        values["webhook"] = webhook_from_toml(data["webhook"])
    if "printers" in data:
        values["printers"] = tuple(_printer(each) for each in sections("printers", data["printers"]))
    return Settings(**values)


def _printer(data: Mapping[str, Any]) -> PrinterProfile:
    refuse_strange("[printers]", data, PrinterProfile.__slots__)
    if "name" not in data:
        raise SettingsProblem(LACKS, name="name", section="[printers]", field="printers")
    return PrinterProfile(**{**data, **checked("[printers]", data, PrinterProfile(name=""))})


def _check_zone(name: object) -> None:
    try:
        ZoneInfo(str(name))
    except (KeyError, ValueError) as error:  # ValueError: a path
        raise SettingsProblem(
            "In station.toml, there is no time zone “{value}”: write zone = {example}.",
            value=name,
            example='"Europe/Paris"',
            field="zone",
        ) from error
