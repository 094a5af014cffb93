"""One station's settings: a TOML file in a machine-wide folder, secrets in the OS keyring."""

from wismo_desk.settings.secrets import data_key
from wismo_desk.settings.station import Settings, load, save

__all__ = ["Settings", "data_key", "load", "save"]
