"""C3 data (PIN, passwords, card verification values, track data, biometrics): never accepted, never kept.

A column is known by its name, a value by its shape. Where either is found the row is set aside and the value itself is
dropped on the spot: neither quarantine nor message ever carries it.
"""

from __future__ import annotations

import re

_ENGLISH = re.compile(
    r"(?:^|_)(?:pin\d?|pin_?(?:block|code|no)|pwd|pass_?(?:wd|word|code|phrase)|cvv2?|cvn2?|cvc2?|csc|"
    r"(?:mag(?:netic)?_?)?(?:track|stripe)_?[123]?(?:_?data)?|icc_?data|chip_?data|sms_?code|otp|verify_?code|"
    r"card_?(?:expiry|exp|expire|valid)\w*|exp(?:iry)?_?date|expiry|finger_?print|face_?(?:print|id|image|template)|"
    r"iris|voice_?print|biometrics?)(?:_\w+)?$"
)
_CHINESE = re.compile(
    r"密码|口令|个人识别码|校验码|验证码|安全码|磁道|磁条|芯片数据|卡片?有效期|"
    r"指纹|人脸|虹膜|声纹|掌纹|生物特征"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

VALUE = (
    r"(?i)(?:[;%]?b?\d{12,19}\^[^^]{2,26}\^\d{4,}|;?\d{12,19}[=d]\d{7,}|"
    r"(?:密码|口令|\bpin|\bcvv2?|\bcvn2?|\bcvc2?|验证码|校验码|安全码)(?:码|code|是|为|[\s:：=#])*[0-9０-９]{3,12})"
)
"""Track 1, track 2, or a secret written out in words: looked for in every text."""

_HEX = "[0-9A-Fa-f]"
_WITH_A_LETTER = "|".join(f"[0-9]{{{n}}}[A-Fa-f]{_HEX}{{{13 - n}}}" for n in range(14))
PIN_BLOCK = rf"^[0-4][4-9A-Ca-c](?:{_WITH_A_LETTER})$"
"""An enciphered PIN of 16 hexadecimal digits: looked for in free text, never in the bank's numbers."""

_VALUE = re.compile(VALUE)


def is_forbidden_name(column: str) -> bool:
    """Does the name of this column say that it holds C3 data?"""
    plain = re.sub(r"[\s\-.]+", "_", _CAMEL.sub("_", column.strip())).lower()
    return bool(_CHINESE.search(column) or _ENGLISH.search(plain))


def has_forbidden_value(text: str) -> bool:
    """Does this text carry something of the shape of C3 data?"""
    return bool(_VALUE.search(text))
