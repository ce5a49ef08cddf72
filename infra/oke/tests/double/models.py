"""Judge a request's body by the model class that Oracle's own SDK has for it."""

import re
from types import ModuleType
from typing import Any

_PLAIN: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "datetime": (str,),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
    "object": (object,),
}


def fault(module: ModuleType, model: str, body: Any, where: str = "body") -> str:
    """Say what the model does not allow; empty when it allows everything.

    Args:
        module: the service's `oci.….models`, which holds the classes that this one is made of.
        model: the class's name; a class with variants names the one that the body chooses.
        body: the parsed JSON.
        where: what the body is called in the answer.
    """
    if not isinstance(body, dict):
        return f"{where}: {body!r} is not an object"
    cls = getattr(module, model)
    if choose := getattr(cls, "get_subtype", None):
        try:
            cls = getattr(module, choose(body))
        except KeyError as missing:
            return f"{where}: {missing.args[0]!r} is required"
    instance = cls()
    names = {key: attribute for attribute, key in instance.attribute_map.items()}
    if unknown := sorted(set(body) - set(names)):
        return f"{where}: {cls.__name__} has no field {unknown[0]!r}"
    for key, attribute in names.items():
        if key not in body:
            if "**[Required]**" in (getattr(cls, attribute).__doc__ or ""):
                return f"{where}: {key!r} is required"
            continue
        inner = f"{where}.{key}"
        if wrong := _wrong_type(module, instance.swagger_types[attribute], body[key], inner):
            return wrong
        try:
            setattr(instance, attribute, body[key])  # the class's own check of its enumerations
        except ValueError as error:
            return f"{where}: {error}"
        # Of classes that are also answers, a value that is not listed becomes this one.
        if getattr(instance, attribute) == "UNKNOWN_ENUM_VALUE":
            return f"{inner}: {body[key]!r} is not one of the values of {cls.__name__}"
    return ""


def _wrong_type(module: ModuleType, declared: str, value: Any, where: str) -> str:
    if element := re.fullmatch(r"list\[(.+)\]", declared):
        if not isinstance(value, list):
            return f"{where}: {value!r} is not a list"
        found = (_wrong_type(module, element[1], it, f"{where}[{n}]") for n, it in enumerate(value))
        return next(filter(None, found), "")
    if element := re.fullmatch(r"dict\(str, (.+)\)", declared):
        if not isinstance(value, dict):
            return f"{where}: {value!r} is not an object"
        found = (_wrong_type(module, element[1], it, f"{where}.{key}") for key, it in value.items())
        return next(filter(None, found), "")
    if declared in _PLAIN:
        fits = isinstance(value, _PLAIN[declared])
        fits = fits and (declared in ("bool", "object") or not isinstance(value, bool))
        return "" if fits else f"{where}: {value!r} is not of type {declared}"
    return fault(module, declared, value, where)
