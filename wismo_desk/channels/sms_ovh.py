"""Hands text messages to OVHcloud by its own client, one at a time (POST /sms/{service}/jobs).

Every answer of the API that is an error names what was not done, but for its own failures (5xx), which are unknown.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Final, Self

from wismo_desk.channels.sms import Sms
from wismo_desk.errors import (
    MessageRefused,
    MessageUnreachable,
    OutcomeUnknown,
    SettingsProblem,
)
from wismo_desk.settings.channels import SmsSettings

_AWAY: Final = "OVH does not answer. The messages wait and are tried again."
_REFUSES: Final = "OVH refuses this desk: {said}. Check keys and service in the settings."
_UNKNOWN: Final = "OVH broke off after the message was handed over. It may have arrived."
_BUSY: Final = frozenset({429, 503})


class OvhLine:
    def __init__(self, client: Any, service: str) -> None:
        self._client, self._service = client, service
        self.broken = False

    def send(self, sms: Sms) -> str:
        """OVH's numbers of the job, which are kept as evidence."""
        from ovh import exceptions as no  # type: ignore[import-untyped]  # it publishes no types

        try:
            done = self._client.post(f"/sms/{self._service}/jobs", **_job(sms))
        except (no.BadParametersError, no.ResourceConflictError) as error:
            raise MessageRefused("OVH refuses this message: {said}.", said=_said(error, sms)) from error
        except no.HTTPError as error:
            self.broken = True
            if _never_left(error):
                raise MessageUnreachable(_AWAY) from error
            raise OutcomeUnknown(_UNKNOWN, raw="HTTP") from error
        except no.APIError as error:
            self.broken = True
            self._judge(error, sms)
        if not isinstance(done, dict) or "ids" not in done:
            raise OutcomeUnknown(_UNKNOWN, raw="ids")
        if done.get("invalidReceivers") and not done.get("validReceivers"):
            raise MessageRefused("OVH refuses this telephone number. Check it with the customer.")
        return " ".join(str(each) for each in done["ids"])

    def _judge(self, error: Any, sms: Sms) -> None:
        status = getattr(error.response, "status_code", 0)
        if status in _BUSY:
            raise MessageUnreachable(_AWAY, raw=f"HTTP {status}") from error
        if 400 <= status < 500:
            raise MessageUnreachable(_REFUSES, said=_said(error, sms), raw=f"HTTP {status}") from error
        raise OutcomeUnknown(_UNKNOWN, raw=f"HTTP {status}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client._session.close()


def open_ovh(settings: SmsSettings, secret: str, *, url: str = "", timeout_s: float = 30.0) -> OvhLine:
    """`secret`: application secret and consumer key with a colon between. `url`: another address of the API, for
    practice. Raises SettingsProblem, and MessageUnreachable when not even the time can be asked for."""
    import ovh
    from ovh import exceptions as no

    application, colon, consumer = secret.partition(":")
    if not (colon and application and consumer):
        raise SettingsProblem(
            "The secret of OVH is missing: write application secret and consumer key with a colon between.",
            field="sms",
        )
    client = ovh.Client(
        endpoint="ovh-eu",
        application_key=settings.user,
        application_secret=application,
        consumer_key=consumer,
        timeout=timeout_s,
    )
    if url:
        client._endpoint = url
    try:
        assert isinstance(client.time_delta, int)  # asks OVH's clock, which signing needs
    except no.APIError as error:
        raise MessageUnreachable(_AWAY, raw=type(error).__name__) from error
    return OvhLine(client, settings.service)


def _job(sms: Sms) -> dict[str, object]:
    """Transactional: no STOP clause, and the sender as it was registered."""
    sender: dict[str, object] = {"sender": sms.sender} if sms.sender else {"senderForResponse": True}
    return {
        "message": sms.text,
        "receivers": [sms.to],
        "charset": "UTF-8",
        "class": "phoneDisplay",
        "coding": "7bit" if sms.text.isascii() else "8bit",
        "noStopClause": True,
        "priority": "high",
        "tag": sms.reference.strip("<>")[:20],
        **sender,
    }


def _never_left(error: BaseException) -> bool:
    """Only what is sure to have failed before the request counts."""
    from requests.exceptions import ConnectTimeout
    from urllib3.exceptions import NewConnectionError

    seen: list[object] = [error]
    while seen:
        one = seen.pop()
        if isinstance(one, ConnectTimeout | NewConnectionError):
            return True
        if isinstance(one, BaseException):
            seen += [*one.args, getattr(one, "reason", None)]
    return False


def _said(error: Exception, sms: Sms) -> str:
    """The API's own words without the number, which is personal data."""
    return str(error).splitlines()[0].replace(sms.to, "…")[:120] if str(error) else type(error).__name__
