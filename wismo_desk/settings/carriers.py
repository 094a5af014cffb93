"""What a merchant's contract with a carrier gives: the plain part from station.toml, secrets from the keyring."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.errors import SettingsProblem
from wismo_desk.settings.secrets import keep_secret, secret


def carrier_values(
    info: CarrierInfo, kept: Mapping[str, str], secret_of: Callable[[str, str], str] | None = None
) -> dict[str, str]:
    """Every field of the carrier with its value: what is kept, else its default, else "". `secret_of` a carrier's code
    and a field's key is asked for the secret ones, usually `carrier_secret`."""
    ask = secret_of or carrier_secret
    values = {field.key: kept.get(field.key, "") or field.default for field in info.fields}
    secrets = {field.key: ask(info.code, field.key) for field in info.fields if field.secret}
    return {**kept, **values, **{key: value for key, value in secrets.items() if value}}


def missing_fields(info: CarrierInfo, values: Mapping[str, str]) -> tuple[str, ...]:
    """The required fields without a value, by key: with any, the carrier is not set up."""
    return tuple(field.key for field in info.fields if field.required and not values.get(field.key))


def carrier_secret(code: str, key: str) -> str:
    return given_secret(code, key) or secret(f"carrier:{code}:{key}")


def given_secret(code: str, key: str) -> str:
    """What the environment says, without a look into the keyring."""
    return os.environ.get(_variable(code, key), "")


def keep_carrier_secret(code: str, key: str, value: str) -> None:
    """Raises SettingsProblem where there is no keyring."""
    if not keep_secret(f"carrier:{code}:{key}", value):
        raise SettingsProblem(
            "This computer has no keyring that keeps the password. Set the environment variable {name}.",
            name=_variable(code, key),
            field=key,
        )


def _variable(code: str, key: str) -> str:
    return f"WISMO_DESK_CARRIER_{code}_{key}".upper()
