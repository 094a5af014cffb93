"""DPD France as it is described, on loopback: the eprint service and the Webtrace service under one roof.

POST /eprintwebservice/eprintwebservice.asmx       CreateShipmentWithLabelsBc, CreateMultiShipmentBc, GetLabelBc
POST /trace-service/Webtrace_Service.asmx          GetShipmentTrace
GET  /mypudo/mypudo.asmx/GetPudoList               pickup points, the third on leave

Errors are HTTP 500 and a SOAP fault with detail/Error (ErrorId, ErrorMessage). Only six numbers of events are known of
the real service; scenes that have none get numbers of our own from 9001 on, which the desk shows as unknown.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from wismo_desk.domain.check_digits import mod37_36
from wismo_desk.errors import OutcomeUnknown
from wismo_desk.practice.dpd_france_label import Drawing, draw
from wismo_desk.practice.dpd_france_points import points_reply
from wismo_desk.practice.loopback import Call, LoopbackServer, Reply
from wismo_desk.practice.plot import Scene, scenes
from wismo_desk.web import Answer, soap
from wismo_desk.web.xml import Node, read, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

USER: Final = "PRACTICE"
PASSWORD: Final = "practice"  # noqa: S105 - opens nothing but this server
PICKUP_KEY: Final = "practice-points"
CENTER: Final = "77"
CUSTOMER: Final = "4242"

_LABELS: Final = "http://www.cargonet.software"
_TRACES: Final = "http://www.cargonet.software/"
_SOAP: Final = "text/xml; charset=utf-8"
_PARIS: Final = ZoneInfo("Europe/Paris")
_PREFIX: Final = "1077"  # as on samples of the test service
_SOURCE: Final = "902"  # the test service's, which is no country
_SERVICES: Final = {"No": "327", "Predict": "329", "pickup": "337"}  # unverified, but for the last
_COUNTRIES: Final = frozenset("FR MC BE DE ES IT LU NL PT AT IE CH GB".split())  # noqa: SIM905 - a list of words
_MOST_KG: Final = 31.5
_TYPES: Final = {"ZPL": 203, "ZPL300": 300}

_SAID: Final[dict[Scene, tuple[str, str]]] = {  # StatusNumber, wording (invented)
    Scene.ANNOUNCED: ("8", "Informations du colis transmises"),
    Scene.TAKEN: ("10", "Colis pris en charge"),
    Scene.SORTED: ("28", "Colis en cours d'acheminement"),
    Scene.ARRIVED: ("28", "Colis arrivé à l'agence"),
    Scene.ROUND: ("89", "Colis avec le livreur"),
    Scene.DELIVERED: ("40", "Colis livré"),
    Scene.AT_POINT: ("9001", "Colis disponible (numéro d'exercice)"),
    Scene.FETCHED: ("400", "Colis remis au destinataire"),
    Scene.ABSENT: ("9002", "Destinataire absent (numéro d'exercice)"),
    Scene.REFUSED: ("9003", "Colis refusé (numéro d'exercice)"),
    Scene.RETURNING: ("9004", "Colis repart (numéro d'exercice)"),
    Scene.RETURNED: ("40", "Colis rendu à l'expéditeur"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldParcel:
    number: str
    reference: str
    pickup: bool
    created_at: datetime
    drawing: Drawing | None = None  # of one among several: its label is fetched later


class DpdFranceServer(LoopbackServer):
    """`state_file` keeps the parcels across restarts, `clock` (aware) drives their lives."""

    def __init__(
        self,
        *,
        state_file: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone(),
        slow_s: float = 2.0,
        port: int = 0,
    ) -> None:
        super().__init__(slow_s=slow_s, port=port)
        self._clock = clock
        self._file = state_file
        self._sold = {each.number: each for each in _kept(state_file)}
        newest = max((int(number[4:]) for number in self._sold), default=0)
        self._next = max(newest + 1, int(clock().timestamp()) // 10 * 10)

    @property
    def settings(self) -> dict[str, str]:
        """What a practice desk's carrier is built with."""
        return {
            "user": USER,
            "password": PASSWORD,
            "center": CENTER,
            "customer": CUSTOMER,
            "url_labels": f"{self.url}/eprintwebservice/eprintwebservice.asmx",
            "url_tracking": f"{self.url}/trace-service/Webtrace_Service.asmx",
            "pickup_key": PICKUP_KEY,
            "url_points": f"{self.url}/mypudo/mypudo.asmx",
        }

    @property
    def created(self) -> Counter[str]:
        """How many labels were sold per reference: more than one means that one was paid for nothing."""
        with self._lock:
            return Counter(each.reference for each in self._sold.values())

    def refusal(self) -> Reply:
        return _fault("InvalidWeight", "weight out of range")

    def carry_out(self, call: Call) -> Reply:
        root = _read(call)
        asked = None if root is None else next(iter(root.find("Body") or ()), None)
        path = call.path.lower().strip("/")
        if (call.method, path) == ("GET", "mypudo/mypudo.asmx/getpudolist"):
            return points_reply(call.query, key=PICKUP_KEY)
        operations = {
            "eprintwebservice/eprintwebservice.asmx": {
                "CreateShipmentWithLabelsBc": (_LABELS + "/", self._sell),
                "CreateMultiShipmentBc": (_LABELS + "/", self._sell_together),
                "GetLabelBc": (_LABELS + "/", self._label_again),
            },
            "trace-service/webtrace_service.asmx": {"GetShipmentTrace": (_TRACES, self._tell)},
        }.get(path)
        if call.method != "POST" or operations is None:
            return Reply(404, b"", "text/plain")
        if root is None or asked is None or asked.tag not in operations:
            return _fault("", "Server was unable to read request.")
        prefix, answer = operations[asked.tag]
        if call.headers.get("soapaction", "").strip('"') != prefix + asked.tag:
            return _fault("", "Server did not recognize the value of HTTP Header SOAPAction.")
        user = text_of(root, "Header/UserCredentials/userid")
        if (user, text_of(root, "Header/UserCredentials/password")) != (USER, PASSWORD):
            return _fault("PermissionDenied", "permission denied")
        request = asked.find("request")
        return _fault("InvalidInput", "no request given") if request is None else answer(request)

    def _sell(self, request: Element) -> Reply:
        wrong = next(_wrong(request), None)
        if wrong is not None:
            return _fault(*wrong)
        sold = self._numbered(request, request)
        self._keep(sold)
        return _sold_reply(request, sold)

    def _numbered(self, request: Element, parcel: Element) -> SoldParcel:
        sold = SoldParcel(
            number=f"{_PREFIX}{self._next % 10**10:010d}",
            reference=text_of(parcel, "referencenumber"),
            pickup=request.find("services/parcelshop") is not None,
            created_at=self._clock(),
        )
        self._next += 1
        return sold

    def _sell_together(self, request: Element) -> Reply:
        """Numbers only: the labels are fetched one by one."""
        slaves = request.findall("slaves/SlaveRequest")
        wrongs = (_parcel_wrong(slave) for slave in slaves)
        wrong = next(_shipment_wrong(request), None) or next(
            (each for wrong in wrongs for each in wrong), None
        )
        if wrong is not None or not slaves:
            return _fault(*(wrong or ("InvalidInput", "no slaves given")))
        sold = [self._drawn(request, slave) for slave in slaves]
        for each in sold:
            self._keep(each)
        shipments: list[Node] = [
            ("ShipmentBc", _numbers(each, _barcode(request, each))) for each in self.told_of(sold)
        ]
        return _result("CreateMultiShipmentBc", [("shipments", shipments)])

    def _drawn(self, request: Element, slave: Element) -> SoldParcel:
        sold = self._numbered(request, slave)
        return replace(sold, drawing=_drawing(request, sold, _barcode(request, sold), slave, _TYPES["ZPL"]))

    def _label_again(self, request: Element) -> Reply:
        number = text_of(request, "shipmentNumber")
        dpi = _TYPES.get(text_of(request, "labelType/type"))
        sold = self._sold.get(number)
        if sold is None or sold.drawing is None or dpi is None:
            return _fault("InvalidInput", "shipment unknown")
        label: Node = ("Label", [("type", "BIC3"), ("label", _base64(draw(replace(sold.drawing, dpi=dpi))))])
        return _result("GetLabelBc", [("labels", [label])])

    def _keep(self, sold: SoldParcel) -> None:
        self._sold[sold.number] = sold
        if self._file is not None:
            with self._file.open("a", encoding="ascii") as lines:
                lines.write("\n" + json.dumps(asdict(sold), default=datetime.isoformat))

    def _tell(self, request: Element) -> Reply:
        customer = (text_of(request, "Customer/centernumber"), text_of(request, "Customer/number"))
        if customer != (CENTER, CUSTOMER):
            return _fault("PermissionDenied", "permission denied")
        sold = self._sold.get(text_of(request, "ShipmentNumber"))
        traces = [("ShipmentTrace", _trace(sold, self._clock()))] if sold else []
        result: list[Node] = [("GetShipmentTraceResult", traces)]
        body: Node = ("GetShipmentTraceResponse", {"xmlns": _TRACES}, result)
        return Reply(200, soap.envelope([body]), _SOAP)


def _wrong(request: Element) -> Iterator[tuple[str, str]]:
    yield from _parcel_wrong(request)
    yield from _shipment_wrong(request)
    if text_of(request, "labelType/type") not in _TYPES:
        yield "InvalidInput", "label type not played here"


def _parcel_wrong(parcel: Element) -> Iterator[tuple[str, str]]:
    weight = text_of(parcel, "weight").replace(",", ".")
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", weight) or not 0 < float(weight) <= _MOST_KG:
        yield "InvalidWeight", "weight out of range"


def _shipment_wrong(request: Element) -> Iterator[tuple[str, str]]:
    customer = (text_of(request, "customer_centernumber"), text_of(request, "customer_number"))
    if customer != (CENTER, CUSTOMER) or text_of(request, "customer_countrycode") != "250":
        yield "PermissionDenied", "permission denied"
    for who in ("receiveraddress", "shipperaddress"):
        if text_of(request, f"{who}/countryPrefix") not in _COUNTRIES:
            yield "InvalidCountryPrefix", "country prefix unknown"
        for name in ("zipCode", "city", "street", "name"):
            if not text_of(request, f"{who}/{name}"):
                yield "InvalidInput", f"no {name} given"
    contact = text_of(request, "services/contact/type")
    if contact in ("Predict", "AutomaticSMS") and not text_of(request, "services/contact/sms"):
        yield "InvalidInput", "no sms number given"
    if contact == "AutomaticMail" and not text_of(request, "services/contact/email"):
        yield "InvalidInput", "no email given"
    shop = request.find("services/parcelshop")
    if shop is not None and not re.fullmatch(r"P\d{5}", text_of(shop, "shopaddress/shopid")):
        yield "InvalidInput", "parcelshop unknown"


def _sold_reply(request: Element, sold: SoldParcel) -> Reply:
    """The label under BIC3 whatever its format, and a proof of the handing over that nobody needs to print."""
    barcode = _barcode(request, sold)
    zpl = draw(_drawing(request, sold, barcode, request, _TYPES[text_of(request, "labelType/type")]))
    labels: list[Node] = [
        ("Label", [("type", "PROOFBIC3"), ("label", _base64(b"^XA^FO40,40^A0N,40,40^FDEXERCICE^FS^XZ"))]),
        ("Label", [("type", "BIC3"), ("label", _base64(zpl))]),
    ]
    shipments: list[Node] = [("ShipmentBc", _numbers(sold, barcode))]
    return _result("CreateShipmentWithLabelsBc", [("shipments", shipments), ("labels", labels)])


def _numbers(sold: SoldParcel, barcode: str) -> list[Node]:
    numbers: list[Node] = [
        ("BarcodeId", sold.number),
        ("BarcodeSource", _SOURCE),
        ("BarCode", barcode),
    ]
    return [("Shipment", numbers), ("Type", "EPRINT")]


def _result(operation: str, result: list[Node]) -> Reply:
    response: Node = (f"{operation}Response", {"xmlns": _LABELS}, [(f"{operation}Result", result)])
    return Reply(200, soap.envelope([response]), _SOAP)


def _barcode(request: Element, sold: SoldParcel) -> str:
    """BIC3 as scanned: %, seven of the postcode, the parcel, service, source."""
    digits = re.sub(r"\D", "", text_of(request, "receiveraddress/zipCode"))[:7].zfill(7)
    kind = "pickup" if sold.pickup else text_of(request, "services/contact/type")
    return f"%{digits}{sold.number}{_SERVICES.get(kind, _SERVICES['No'])}{_SOURCE}"


def _drawing(request: Element, sold: SoldParcel, barcode: str, parcel: Element, dpi: int) -> Drawing:
    kind = text_of(request, "services/contact/type")
    point = text_of(request, "services/parcelshop/shopaddress/shopid")
    town = f"{text_of(request, 'receiveraddress/zipCode')} {text_of(request, 'receiveraddress/city')}"
    lines = (
        text_of(request, "receiveraddress/name"),
        *(text_of(request, f"receiverinfo/name{n}") for n in (2, 3, 4)),
        text_of(request, "receiveraddress/street"),
        town,
    )
    return Drawing(
        number=sold.number,
        barcode=barcode,
        check=mod37_36(barcode.removeprefix("%")),
        service=f"RELAIS {point}" if point else "PREDICT" if kind == "Predict" else "CLASSIC",
        reference=sold.reference,
        lines=tuple(line for line in lines if line),
        weight=text_of(parcel, "weight"),
        dpi=dpi,
    )


def _trace(sold: SoldParcel, now: datetime) -> list[Node]:
    """In the order of the description, with what it demands of every answer."""
    told = list(scenes(sold.number[-1], pickup=sold.pickup, created_at=sold.created_at, now=now))
    back = any(scene is Scene.RETURNING for _, scene in told)
    traces: list[Node] = [("clsTrace", list(_row(at, scene))) for at, scene in told]
    return [
        ("ShipmentNumber", sold.number),
        ("Weight", "1"),
        ("Reference", sold.reference),
        ("Traces", traces),
        ("IsB2C", "true"),
        ("IsRetour", "true" if back else "false"),
        ("CustomerCenternumber", CENTER),
        ("CustomerNumber", CUSTOMER),
        ("BarcodeSource", _SOURCE),
        ("BarcodeId", sold.number),
        ("ReceiverDepotNumber", "35"),
    ]


def _row(at: datetime, scene: Scene) -> Iterator[Node]:
    number, said = _SAID[scene]
    local = at.astimezone(_PARIS)
    yield "ScanDate", f"{local:%d/%m/%Y}"
    yield "ScanTime", f"{local:%H:%M:%S}"
    yield "StatusNumber", number
    yield "StatusDescription", said
    yield "CenterName", "RENNES"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _read(call: Call) -> Element | None:
    try:
        return read(Answer(status=200, content=call.body, headers={}, host="practice"))
    except OutcomeUnknown:
        return None


def _fault(code: str, said: str) -> Reply:
    error: list[Node] = [("Error", [("ErrorId", code), ("ErrorMessage", said)])] if code else []
    fault: list[Node] = [("faultcode", "soap:Server"), ("faultstring", said), ("detail", error)]
    return Reply(500, soap.envelope([("soap:Fault", fault)]), _SOAP)


def _kept(file: Path | None) -> Iterator[SoldParcel]:
    """The parcels as they were sold; a line cut short by a kill is dropped."""
    if file is None or not file.exists():
        return
    for line in file.read_text("ascii").splitlines():
        try:
            row = json.loads(line)
            row["created_at"] = datetime.fromisoformat(row["created_at"])
            drawn = row.pop("drawing", None)
            row["drawing"] = Drawing(**drawn | {"lines": tuple(drawn["lines"])}) if drawn else None
            yield SoldParcel(**row)
        except (ValueError, KeyError, TypeError):
            continue
