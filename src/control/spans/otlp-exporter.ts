// Sends spans over OTLP/HTTP: Protobuf, to whatever takes OpenTelemetry's protocol.
import {awaitExport} from './await-export.ts';
import {readableSpan} from './readable-span.ts';
import type {SpanExporter} from './span-exporter.ts';

// Loss is ours to handle: the queue tries again.
const timeoutMillis = 5000;

/** Creates an exporter to the base address of a collector, such as `http://127.0.0.1:4318`; a path of its own is kept. */
export const createOtlpExporter = (base: string): SpanExporter => {
	const url = tracesUrl(base);
	const opened = import('@opentelemetry/exporter-trace-otlp-proto').then(
		library => new library.OTLPTraceExporter({url, timeoutMillis}),
	);
	return {
		target: `OTLP at ${url}`,
		export: async spans => awaitExport(await opened, spans.map(readableSpan)),
		close: async () => (await opened).shutdown(),
	};
};

/** Source: OpenTelemetry, "OTLP exporter configuration": the signal's path is added to the base address. */
const tracesUrl = (base: string): string => {
	const {pathname} = new URL(base);
	return /\/v1\/traces\/?$/.test(pathname) ? base : `${base.replace(/\/$/, '')}/v1/traces`;
};
