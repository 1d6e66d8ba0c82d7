# Reads a batch of spans as Thrift's own library does: code made by Thrift's compiler from Jaeger's description. Prints JSON.
import json
import sys

sys.path.insert(0, sys.argv[1])
from jaeger.ttypes import Batch, TagType  # noqa: E402
from thrift.protocol.TBinaryProtocol import TBinaryProtocol  # noqa: E402
from thrift.transport.TTransport import TMemoryBuffer  # noqa: E402


def value_of(tag):
    return {
        TagType.STRING: tag.vStr,
        TagType.DOUBLE: tag.vDouble,
        TagType.BOOL: tag.vBool,
        TagType.LONG: tag.vLong,
    }[tag.vType]


def hex_of(number):
    return format(number & 0xFFFFFFFFFFFFFFFF, "016x")


batch = Batch()
batch.read(TBinaryProtocol(TMemoryBuffer(sys.stdin.buffer.read())))
json.dump(
    [
        {
            "service": batch.process.serviceName,
            "traceId": hex_of(span.traceIdHigh) + hex_of(span.traceIdLow),
            "spanId": hex_of(span.spanId),
            "parentSpanId": hex_of(span.parentSpanId) if span.parentSpanId else None,
            "name": span.operationName,
            "startMicros": span.startTime,
            "durationMicros": span.duration,
            "tags": {tag.key: value_of(tag) for tag in span.tags or []},
        }
        for span in batch.spans
    ],
    sys.stdout,
)
