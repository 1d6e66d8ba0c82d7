// Puts spans into the words of OpenTelemetry's exporters.
import {type Attributes, SpanKind, SpanStatusCode, TraceFlags} from '@opentelemetry/api';
import {resourceFromAttributes} from '@opentelemetry/resources';
import type {ReadableSpan} from '@opentelemetry/sdk-trace';
import type {MeshSpan} from '../../model/mesh-span.ts';

type Time = [seconds: number, nanoseconds: number];

/** Gives a span that has ended. `error` stands in its tags, too: Jaeger's pages look there. */
export const readableSpan = (span: MeshSpan): ReadableSpan => {
	const {traceId, parentSpanId} = span;
	const context = (spanId: string) => ({traceId, spanId, traceFlags: TraceFlags.SAMPLED});
	const attributes: Attributes = {
		...span.tags,
		...(span.isError && {error: true}),
		...(span.problem !== undefined && {'error.message': span.problem}),
	};
	return {
		name: span.name,
		kind: span.kind === 'server' ? SpanKind.SERVER : SpanKind.CLIENT,
		spanContext: () => context(span.spanId),
		...(parentSpanId !== undefined && {parentSpanContext: {...context(parentSpanId), isRemote: true}}),
		startTime: timeOf(span.startMs),
		endTime: timeOf(span.endMs),
		duration: timeOf(span.endMs - span.startMs),
		status: span.isError
			? {code: SpanStatusCode.ERROR, ...(span.problem !== undefined && {message: span.problem})}
			: {code: SpanStatusCode.UNSET},
		attributes,
		links: [],
		events: [],
		ended: true,
		resource: resourceFromAttributes({'service.name': span.service}),
		instrumentationScope: {name: 'devmesh'},
		droppedAttributesCount: 0,
		droppedEventsCount: 0,
		droppedLinksCount: 0,
	};
};

const timeOf = (milliseconds: number): Time => {
	const seconds = Math.floor(milliseconds / 1000);
	return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)];
};
