// Sends spans to Jaeger: Thrift over HTTP.
import type {JaegerExporter} from '@opentelemetry/exporter-jaeger';
import type {MeshSpan} from '../../model/mesh-span.ts';
import {awaitExport} from './await-export.ts';
import {readableSpan} from './readable-span.ts';
import type {SpanExporter} from './span-exporter.ts';

// The exporter sends a request for every hundred: so a piece arrives whole or not at all.
const pieceSize = 90;

/** Creates an exporter to an address such as `http://127.0.0.1:14268/api/traces`. */
export const createJaegerExporter = (url: string): SpanExporter => {
	// An exporter names one service for all of its spans.
	const exporters = new Map<string, Promise<JaegerExporter>>();
	const exporterOf = (service: string): Promise<JaegerExporter> => {
		// Loaded when it is needed: it takes longer than all the rest of the control plane.
		const known =
			exporters.get(service) ??
			import('@opentelemetry/exporter-jaeger').then(
				library => new library.JaegerExporter({endpoint: url, flushTimeout: 1000}),
			);
		exporters.set(service, known);
		return known;
	};

	return {
		target: `Jaeger at ${url}`,
		export: async spans => {
			for (const [service, own] of Map.groupBy(spans, span => span.service)) {
				const exporter = await exporterOf(service);
				for (const piece of piecesOf(own)) {
					await awaitExport(exporter, piece.map(readableSpan));
				}
			}
		},
		close: async () => {
			const opened = await Promise.all(exporters.values());
			exporters.clear();
			await Promise.all(opened.map(exporter => exporter.shutdown().catch(() => {})));
		},
	};
};

const piecesOf = (spans: readonly MeshSpan[]): readonly (readonly MeshSpan[])[] =>
	Array.from({length: Math.ceil(spans.length / pieceSize)}, (_, index) =>
		spans.slice(index * pieceSize, (index + 1) * pieceSize),
	);
