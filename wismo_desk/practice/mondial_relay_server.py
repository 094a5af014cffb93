"""Mondial Relay as it is documented, on loopback: API 2 (Connect XML) and API 1 (SOAP) under one roof.

POST /api/shipment          <ShipmentCreationRequest> → <ShipmentCreationResponse>, HTTP 200 whatever is wrong;
                            JSON with …Field names for whom does not accept XML
POST /Web_Services.asmx     WSI2_TracingColisDetaille, WSI4_PointRelais_Recherche; errors are HTTP 200 and STAT
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wismo_desk.carriers.mondial_relay.contract import Contract
from wismo_desk.carriers.mondial_relay.soap1 import NAMESPACE, sign
from wismo_desk.errors import OutcomeUnknown
from wismo_desk.practice.loopback import Call, LoopbackServer, Reply
from wismo_desk.practice.mondial_relay_label import Drawing, draw
from wismo_desk.practice.mondial_relay_rules import NO_TARIFF, POINTS, Status, label_faults
from wismo_desk.practice.mondial_relay_told import found, traced
from wismo_desk.practice.plot import scenes
from wismo_desk.web import Answer, soap
from wismo_desk.web.xml import Node, read, text_of, write

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PRACTICE: Final = Contract(
    login="PRACTICE@business-api.mondialrelay.com",
    password="practice",  # noqa: S106 - opens nothing but this server
    customer_id="PRACTICE",
    brand="PRACTICE",
    private_key="PracticeKey",
)

_XML: Final = "application/xml; charset=utf-8"
_SOAP: Final = "text/xml; charset=utf-8"
_RESPONSE: Final = "http://www.example.org/Response"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldShipment:
    number: str
    reference: str
    mode: str
    point: str
    created_at: datetime


class MondialRelayServer(LoopbackServer):
    """`contract` is the only account it knows; `collects`, the collection modes in it. `state_file` keeps the
    shipments across restarts, `clock` (aware) drives their lives."""

    def __init__(
        self,
        *,
        state_file: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone(),
        contract: Contract = PRACTICE,
        collects: frozenset[str] = frozenset({"CCC", "REL"}),
        slow_s: float = 2.0,
        port: int = 0,
    ) -> None:
        super().__init__(slow_s=slow_s, port=port)
        self._clock = clock
        self._contract = contract
        self._collects = collects
        self._file = state_file
        self._sold = {each.number: each for each in _kept(state_file)}
        newest = max(map(int, self._sold), default=0)
        self._next = max(newest + 1, int(clock().timestamp()) % 10**8)

    @property
    def settings(self) -> dict[str, str]:
        """What a practice desk's carrier is built with."""
        contract = self._contract
        return {
            "login": contract.login,
            "password": contract.password,
            "customer_id": contract.customer_id,
            "brand": contract.brand,
            "private_key": contract.private_key,
            "url_labels": self.url_labels,
            "url_soap": self.url_soap,
        }

    @property
    def url_labels(self) -> str:
        return f"{self.url}/api/shipment"

    @property
    def url_soap(self) -> str:
        return f"{self.url}/Web_Services.asmx"

    @property
    def created(self) -> Counter[str]:
        """How many labels were sold per reference: more than one means that one was paid for nothing."""
        with self._lock:
            return Counter(each.reference for each in self._sold.values())

    def refusal(self) -> Reply:
        return _xml_reply([Status("10044", "Error", "Code postal invalide")])

    def carry_out(self, call: Call) -> Reply:
        root = _read(call)
        match call.method, call.path.lower().strip("/"):
            case "POST", "api/shipment":
                return self._sell(root, call)
            case "POST", "web_services.asmx":
                return self._tell(root)
        return Reply(404, b"", "text/plain")

    def _sell(self, root: Element | None, call: Call) -> Reply:
        statuses = list(self._wrong(root, call.body))
        answer: Callable[..., Reply] = _xml_reply if "xml" in call.headers.get("accept", "") else _json_reply
        if root is None or any(status.stops for status in statuses):
            return answer(statuses)
        shipment = root.find("ShipmentsList/Shipment")
        delivery = None if shipment is None else shipment.find("DeliveryMode")
        assert shipment is not None  # the faults say so
        assert delivery is not None
        sold = SoldShipment(
            number=f"{self._next % 10**8:08d}",
            reference=text_of(shipment, "OrderNo"),
            mode=delivery.get("Mode", ""),
            point=delivery.get("Location", ""),
            created_at=self._clock(),
        )
        self._next += 1
        self._keep(sold)
        barcode = f"11{sold.number}{'0' * 16}"  # 26 digits as on a sample; what the rest means is not known
        return answer(statuses, sold, barcode, draw(_drawing(root, shipment, sold, barcode)))

    def _wrong(self, root: Element | None, body: bytes) -> Iterator[Status]:
        if root is None:
            yield Status("99998", "Error", "XML illisible")
            return
        right = root.tag == "ShipmentCreationRequest" and b"http://www.example.org/Request" in body
        if not right:
            yield Status("10061", "Error", "Problème de formatage du XML")
            return
        mine, context = self._contract, root.find("Context")
        if (text_of(context, "Login"), text_of(context, "Password")) != (mine.login, mine.password):
            yield Status("10001", "Critical Error", "Identifiant ou mot de passe invalide")
        elif text_of(context, "CustomerId") != mine.customer_id:
            yield Status("10005", "Critical Error", "Client inconnu")
        elif text_of(context, "VersionAPI") != "1.0":
            yield Status("10007", "Critical Error", "Version inconnue")
        else:
            yield from label_faults(root)
            collection = root.find("ShipmentsList/Shipment/CollectionMode")
            mode = "" if collection is None else collection.get("Mode", "")
            if mode in ("CCC", "REL") and mode not in self._collects:
                yield Status(*NO_TARIFF)

    def _keep(self, sold: SoldShipment) -> None:
        self._sold[sold.number] = sold
        if self._file is not None:
            with self._file.open("a", encoding="ascii") as lines:
                lines.write("\n" + json.dumps(asdict(sold), default=datetime.isoformat))

    def _tell(self, root: Element | None) -> Reply:
        call = None if root is None else next(iter(root.find("Body") or ()), None)
        if call is None:
            return Reply(500, _fault("Demande illisible"), _SOAP)
        name = str(call.tag)
        if name == "WSI2_TracingColisDetaille":
            return _soap_reply(name, self._refused(call) or self._trace(text_of(call, "Expedition")))
        if name == "WSI4_PointRelais_Recherche":
            return _soap_reply(name, self._refused(call) or self._points(call))
        return Reply(500, _fault("Opération inconnue"), _SOAP)

    def _refused(self, call: Element) -> list[Node]:
        """STAT 1 and 97, as every operation of API 1 begins."""
        *values, signature = ["".join(each.itertext()) for each in call]
        if not values or values[0] != self._contract.brand:
            return [("STAT", "1")]
        return [] if signature == sign(values, self._contract.private_key) else [("STAT", "97")]

    def _trace(self, number: str) -> list[Node]:
        if not re.fullmatch(r"\d{8}", number):
            return [("STAT", "24")]
        sold = self._sold.get(number)
        if sold is None:
            return [("STAT", "94")]
        told = scenes(number[-1], pickup=sold.mode in POINTS, created_at=sold.created_at, now=self._clock())
        return traced(told, sold.point)

    def _points(self, call: Element) -> list[Node]:
        postcode, most = text_of(call, "CP"), text_of(call, "NombreResultats")
        if text_of(call, "Pays") != "FR":
            return [("STAT", "37")]
        if not re.fullmatch(r"\d{5}", postcode):
            return [("STAT", "9" if not postcode else "36")]
        return found(postcode, int(most) if most.isdecimal() else 10, today=self._clock())


def _read(call: Call) -> Element | None:
    try:
        return read(Answer(status=200, content=call.body, headers={}, host="practice"))
    except OutcomeUnknown:
        return None


def _drawing(root: Element, shipment: Element, sold: SoldShipment, barcode: str) -> Drawing:
    wanted = text_of(root, "OutputOptions/OutputFormat")
    return Drawing(
        number=sold.number,
        barcode=barcode,
        mode=sold.mode,
        point=sold.point,
        reference=sold.reference,
        lines=tuple(_address_lines(shipment.find("Recipient/Address"))),
        grams=int(_weight(shipment)),
        dpi=300 if "300dpi" in wanted else 203,
    )


def _address_lines(address: Element | None) -> Iterator[str]:
    """In the order of the document; control characters of ZPL cannot be in what the rules let through."""
    said = {
        name: re.sub(r"[\^~]", " ", text_of(address, name))
        for name in (
            "AddressAdd1",
            "AddressAdd2",
            "Streetname",
            "AddressAdd3",
            "PostCode",
            "City",
            "CountryCode",
        )
    }
    town = f"{said.pop('PostCode')} {said.pop('City')}"
    country = said.pop("CountryCode")
    yield from filter(None, said.values())
    yield town
    if country != "FR":
        yield country


def _weight(shipment: Element) -> str:
    node = shipment.find("Parcels/Parcel/Weight")
    return "0" if node is None else node.get("Value", "0")


def _xml_reply(
    statuses: list[Status], sold: SoldShipment | None = None, barcode: str = "", zpl: bytes = b""
) -> Reply:
    """Warnings and errors in the list; code 0 beside a label, as answers were seen with."""
    shipments: list[Node] = []
    if sold is not None:
        raw: list[Node] = [
            ("LabelValues", {"Key": "MR.Expedition.NumeroExpedition", "Value": sold.number}, None),
            ("LabelValues", {"Key": "MR.PlanTri.Mode", "Value": sold.mode}, None),
            ("Barcodes", [("Barcode", {"Type": "Code128", "Value": barcode, "CarrierCode": "MR"}, None)]),
        ]
        label: list[Node] = [("RawContent", raw), ("Output", base64.b64encode(zpl).decode())]
        labels: list[Node] = [("LabelList", [("Label", label)])]
        shipments.append(("Shipment", {"ShipmentNumber": sold.number}, labels))
        statuses = [*statuses, Status("0", "", "Opération effectuée")]
    told: list[Node] = [
        ("Status", {"Code": code, "Level": level, "Message": said}, None) for code, level, said in statuses
    ]
    # Empty lists are sent, so not by write(), which leaves them out.
    body = f"<ShipmentsList>{write(shipments)}</ShipmentsList><StatusList>{write(told)}</StatusList>"
    root = f'<ShipmentCreationResponse xmlns="{_RESPONSE}">{body}</ShipmentCreationResponse>'
    return Reply(200, f'<?xml version="1.0" encoding="utf-8"?>{root}'.encode(), _XML)


def _json_reply(
    statuses: list[Status], sold: SoldShipment | None = None, barcode: str = "", zpl: bytes = b""
) -> Reply:
    shipments = [
        {
            "shipmentNumberField": sold.number,
            "labelListField": {"labelField": {"outputField": base64.b64encode(zpl).decode()}},
        }
        for sold in [sold]
        if sold is not None
    ]
    told = [{"codeField": code, "levelField": level, "messageField": said} for code, level, said in statuses]
    body = {"shipmentsListField": shipments, "statusListField": told}
    return Reply(200, json.dumps(body, ensure_ascii=False).encode())


def _soap_reply(operation: str, content: list[Node]) -> Reply:
    result: Node = (f"{operation}Result", content)
    return Reply(200, soap.envelope([(f"{operation}Response", {"xmlns": NAMESPACE}, [result])]), _SOAP)


def _fault(said: str) -> bytes:
    return soap.envelope([("soap:Fault", [("faultcode", "soap:Client"), ("faultstring", said)])])


def _kept(file: Path | None) -> Iterator[SoldShipment]:
    """The shipments as they were sold; a line cut short by a kill is dropped."""
    if file is None or not file.exists():
        return
    for line in file.read_text("ascii").splitlines():
        try:
            row: dict[str, Any] = json.loads(line)
            row["created_at"] = datetime.fromisoformat(row["created_at"])
            yield SoldShipment(**row)
        except (ValueError, KeyError, TypeError):
            continue
