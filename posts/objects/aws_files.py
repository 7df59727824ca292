"""Read keys, region and endpoint from the files of Amazon's tools: `~/.aws/credentials` and `~/.aws/config`.

https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
"""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path

from posts.errors import RemoteError

# Settings of profiles that lead to keys in other ways: by a browser, by a role, by a program.
_OTHER_WAYS = ("sso_session", "sso_start_url", "role_arn", "credential_process", "login_session")


def profile_settings(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the settings of the profile that AWS_PROFILE names, by default `default`; {} where there is none.

    Args:
        environment: The environment variables.
        home: The home folder.

    Raises:
        RemoteError: A file is not valid, there is no profile of this name, or it has no keys in the file.
    """
    asked = environment.get("AWS_PROFILE", "")
    name = asked or "default"
    config = Path(environment.get("AWS_CONFIG_FILE") or home / ".aws" / "config").expanduser()
    keys = Path(environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / ".aws" / "credentials").expanduser()
    section = name if name == "default" else f"profile {name}"
    found = {**_section(config, section), **_section(keys, name)}
    if asked and not found:
        raise RemoteError(f"there is no profile {asked!r} in {config} and {keys}; correct AWS_PROFILE")
    other = next((key for key in _OTHER_WAYS if found.get(key)), None)
    if other and "aws_access_key_id" not in found:
        export = f"aws configure export-credentials --profile {name} --format env"
        raise RemoteError(f'the profile {name!r} has {other} and no keys; run `eval "$({export})"` before feedmill')
    return found


def _section(path: Path, name: str) -> dict[str, str]:
    parser = configparser.RawConfigParser(default_section="", strict=False)
    try:
        parser.read_string(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeError, configparser.Error):  # the text of an error would show lines of the file
        raise RemoteError(f"{path} cannot be read; correct it, or set the keys in the environment") from None
    return dict(parser[name]) if parser.has_section(name) else {}
