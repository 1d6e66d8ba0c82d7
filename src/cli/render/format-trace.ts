// A trace as a tree with times.
import type {MeshSpan, Trace} from '../../model/mesh-span.ts';
import {table} from './table.ts';

/** One line a span, children below their parents; times in milliseconds from the beginning of the trace. */
export const formatTrace = ({spans}: Trace): string => {
	const known = new Set(spans.map(({spanId}) => spanId));
	const beginning = Math.min(...spans.map(({startMs}) => startMs));
	const children = Map.groupBy(spans, ({parentSpanId}) =>
		parentSpanId !== undefined && known.has(parentSpanId) ? parentSpanId : '',
	);
	const rowsOf = (parent: string, depth: number): readonly (readonly string[])[] =>
		(children.get(parent) ?? []).flatMap(span => [rowOf(span, depth, beginning), ...rowsOf(span.spanId, depth + 1)]);
	return table(['SPAN', 'AT', 'MS', 'STATUS', 'WHY'], rowsOf('', 0));
};

const rowOf = (span: MeshSpan, depth: number, beginning: number): readonly string[] => {
	const {tags} = span;
	const attempt = tags['devmesh.attempt'];
	const name =
		attempt === undefined
			? `${tags['node_id']} ${span.kind === 'client' ? '→' : '←'} ${tags['http.method']} ${tags['http.url']}`
			: `attempt ${attempt} at ${tags['devmesh.endpoint'] ?? 'nobody'}`;
	return [
		`${'  '.repeat(depth)}${name}`,
		(span.startMs - beginning).toFixed(2),
		(span.endMs - span.startMs).toFixed(2),
		String(tags['http.status_code']),
		[span.problem, tags['devmesh.faults'] === undefined ? undefined : `fault ${tags['devmesh.faults']}`]
			.filter(Boolean)
			.join('; ') || '-',
	];
};
