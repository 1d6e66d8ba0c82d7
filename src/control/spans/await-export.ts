// OpenTelemetry's exporters call back; we wait.
import {ExportResultCode} from '@opentelemetry/core';
import type {ReadableSpan, SpanExporter} from '@opentelemetry/sdk-trace';

/** Resolves when the spans were handed over, rejects when not. */
export const awaitExport = (exporter: Pick<SpanExporter, 'export'>, spans: ReadableSpan[]): Promise<void> =>
	new Promise((resolve, reject) => {
		exporter.export(spans, ({code, error}) => {
			if (code === ExportResultCode.SUCCESS) {
				resolve();
			} else {
				reject(error ?? new Error('the spans were refused'));
			}
		});
	});
