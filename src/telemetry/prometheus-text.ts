// Writes metrics in Prometheus' text format, version 0.0.4.
// Source: prometheus.io/docs/instrumenting/exposition_formats, "Text-based format".
import {bucketBounds, type Distribution} from './buckets.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
	readonly labels: Labels;
	readonly value: number;
}

export interface HistogramSample {
	readonly labels: Labels;
	readonly value: Distribution;
}

interface Named {
	readonly name: string;
	readonly help: string;
}

export type MetricFamily =
	| (Named & {readonly type: 'counter' | 'gauge'; readonly samples: readonly Sample[]})
	| (Named & {readonly type: 'histogram'; readonly samples: readonly HistogramSample[]});

/** The content type of the text. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Writes families in the order given; one without samples is left out. */
export const formatPrometheus = (families: readonly MetricFamily[]): string =>
	families
		.filter(({samples}) => samples.length > 0)
		.map(family => [...headOf(family), ...samplesOf(family)].map(line => `${line}\n`).join(''))
		.join('');

const headOf = ({name, help, type}: MetricFamily): readonly string[] => [
	`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
	`# TYPE ${name} ${type}`,
];

const samplesOf = (family: MetricFamily): readonly string[] =>
	family.type === 'histogram'
		? family.samples.flatMap(sample => histogramLines(family.name, sample))
		: family.samples.map(({labels, value}) => `${family.name}${labelText(labels)} ${value}`);

const histogramLines = (name: string, {labels, value: {sum, buckets}}: HistogramSample): readonly string[] => {
	let count = 0;
	const lines = buckets.map((value, index) => {
		count += value;
		const bound = bucketBounds[index];
		return `${name}_bucket${labelText({...labels, le: bound === undefined ? '+Inf' : String(bound)})} ${count}`;
	});
	return [...lines, `${name}_sum${labelText(labels)} ${sum}`, `${name}_count${labelText(labels)} ${count}`];
};

const labelText = (labels: Labels): string => {
	const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
	return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

const escaped = (value: string): string =>
	value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
