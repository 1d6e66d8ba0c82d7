# Reads spans in OTLP's Protobuf as Protobuf's own library does. Prints JSON.
import json
import sys

sys.path.insert(0, sys.argv[1])
import otlp_trace_pb2  # noqa: E402


def value_of(value):
    return getattr(value, value.WhichOneof("value"))


request = otlp_trace_pb2.ExportTraceServiceRequest.FromString(sys.stdin.buffer.read())
json.dump(
    [
        {
            "service": next(a.value.string_value for a in resource.resource.attributes if a.key == "service.name"),
            "traceId": span.trace_id.hex(),
            "spanId": span.span_id.hex(),
            "parentSpanId": span.parent_span_id.hex() or None,
            "name": span.name,
            "startMicros": span.start_time_unix_nano // 1000,
            "durationMicros": (span.end_time_unix_nano - span.start_time_unix_nano) // 1000,
            "isError": span.status.code == 2,
            "tags": {a.key: value_of(a.value) for a in span.attributes},
        }
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ],
    sys.stdout,
)
