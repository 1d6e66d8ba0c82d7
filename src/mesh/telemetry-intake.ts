// Takes what the proxies tell of requests, and passes it to whoever wants it: the last minute, the metrics, the list of requests, the receivers of spans.
import type {Clock} from '../common/clock.ts';
import type {Log} from '../common/log.ts';
import {createMetricsBook, type MetricsBook} from '../control/metrics-book.ts';
import {createRequestRing, type RequestRing} from '../control/request-ring.ts';
import {createJaegerExporter} from '../control/spans/jaeger-exporter.ts';
import {createOtlpExporter} from '../control/spans/otlp-exporter.ts';
import {recordSpans} from '../control/spans/record-spans.ts';
import type {SpanExporter} from '../control/spans/span-exporter.ts';
import {createSpanQueue, type SpanQueue} from '../control/spans/span-queue.ts';
import {createTrafficGrowth} from '../control/traffic-growth.ts';
import {createTrafficWindow, type TrafficWindow} from '../control/traffic-window.ts';
import type {FromProxy} from '../model/control-message.ts';
import type {RequestStats} from '../telemetry/request-stats.ts';

export interface SpanTargets {
	/** Where Jaeger takes Thrift over HTTP; undefined for no Jaeger. Of the mesh's own one, its state tells whether it takes any. */
	readonly jaeger: {readonly url: string; readonly isOwn: boolean} | undefined;
	/** The base address of a receiver of OTLP. */
	readonly otlp: string | undefined;
}

export interface TelemetryIntake {
	readonly traffic: Pick<TrafficWindow, 'read'>;
	readonly book: MetricsBook;
	readonly ring: RequestRing;
	/** Takes a message of a proxy. False when it is about something else. */
	readonly take: (message: FromProxy) => boolean;
	/** Sends spans there from now on. */
	readonly sendSpansTo: (targets: SpanTargets) => void;
	/** Spans that no receiver took in time. */
	readonly droppedSpans: () => number;
	/** Hands over what is left, as far as that is quickly done. */
	readonly close: () => Promise<void>;
}

export interface IntakeParts {
	readonly clock: Clock;
	readonly log: Log;
	/** The version of the app beside a sidecar; empty for the gateway and the host. */
	readonly versionOf: (sidecar: string) => string;
	/** Something that the user should know. */
	readonly onNotice: (message: string) => void;
}

/** Creates the intake, which sends spans nowhere yet. */
export const createTelemetryIntake = ({clock, log, versionOf, onNotice}: IntakeParts): TelemetryIntake => {
	const growth = createTrafficGrowth();
	const traffic = createTrafficWindow(clock);
	const book = createMetricsBook();
	const ring = createRequestRing();
	const queues = new Map<string, SpanQueue>();
	let dropped = 0;

	const takeStats = (sidecar: string, worker: number, stats: RequestStats, isOld: boolean): void => {
		// What had come together before the connection says nothing of the last minute.
		const isRecent = !isOld || growth.knows(sidecar);
		const added = growth.take(sidecar, worker, stats);
		if (isRecent) {
			traffic.take(added);
		}

		book.take(versionOf(sidecar), added);
		if (stats.load) {
			book.takeLoad(sidecar, stats.load);
		}
	};

	const queueTo = (exporter: SpanExporter, isToldOf: boolean): SpanQueue =>
		createSpanQueue({
			exporter,
			clock,
			onTrouble: problem => {
				log.write(problem === undefined ? 'info' : 'warn', 'spans', {to: exporter.target, problem});
				if (isToldOf) {
					onNotice(
						problem === undefined
							? `${exporter.target} takes spans again`
							: `${exporter.target} takes no spans (${problem}); they are kept, and it is tried again`,
					);
				}
			},
		});

	const closeQueue = async (queue: SpanQueue): Promise<void> => {
		await queue.close();
		dropped += queue.dropped();
	};

	return {
		traffic,
		book,
		ring,
		take: message => {
			switch (message.kind) {
				case 'stats':
					takeStats(message.sidecar, message.worker, message.stats, false);
					return true;
				case 'hello':
					for (const {sidecar, traffic: old} of message.sidecars) {
						if (old) {
							takeStats(sidecar, old.worker, old.stats, true);
						}
					}

					return false;
				case 'records': {
					ring.add(message.records);
					if (queues.size > 0) {
						const spans = message.records.filter(({trace}) => trace?.isSampled).flatMap(recordSpans);
						for (const queue of queues.values()) {
							queue.add(spans);
						}
					}

					return true;
				}

				default:
					return false;
			}
		},
		sendSpansTo: ({jaeger, otlp}) => {
			const wanted = new Map<string, () => SpanQueue>([
				...(jaeger
					? [[`jaeger ${jaeger.url}`, () => queueTo(createJaegerExporter(jaeger.url), !jaeger.isOwn)] as const]
					: []),
				...(otlp === undefined ? [] : [[`otlp ${otlp}`, () => queueTo(createOtlpExporter(otlp), true)] as const]),
			]);
			for (const [key, queue] of queues) {
				if (!wanted.has(key)) {
					queues.delete(key);
					void closeQueue(queue);
				}
			}

			for (const [key, create] of wanted) {
				if (!queues.has(key)) {
					queues.set(key, create());
				}
			}
		},
		droppedSpans: () => dropped + [...queues.values()].reduce((sum, queue) => sum + queue.dropped(), 0),
		close: async () => {
			const open = [...queues.values()];
			queues.clear();
			await Promise.all(open.map(closeQueue));
		},
	};
};
