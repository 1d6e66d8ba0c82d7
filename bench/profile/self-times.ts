// Sums a CPU profile up: how long each function itself ran, without those that it called.
export interface CpuProfile {
	readonly nodes: readonly {readonly id: number; readonly callFrame: CallFrame}[];
	/** Ids of nodes. */
	readonly samples?: readonly number[];
	/** Microseconds before each sample. */
	readonly timeDeltas?: readonly number[];
}

export interface CallFrame {
	readonly functionName: string;
	/** `file:///…`, `node:…`, or empty. */
	readonly url: string;
	/** From 0. */
	readonly lineNumber: number;
	/** From 0. */
	readonly columnNumber: number;
}

export interface SelfTime {
	readonly name: string;
	/** The module, such as `src/dataplane/forward.ts`; empty for what Node does itself. */
	readonly module: string;
	/** Of the time in which the threads were not idle, from 0 to 1. */
	readonly share: number;
}

/** Sums up the profiles of all threads, the longest first. `moduleOf` says where a frame comes from. */
export const selfTimes = (
	profiles: readonly CpuProfile[],
	moduleOf: (frame: CallFrame) => string,
): readonly SelfTime[] => {
	const sums = new Map<string, {readonly name: string; readonly module: string; micros: number}>();
	for (const {nodes, samples = [], timeDeltas = []} of profiles) {
		const frames = new Map(nodes.map(({id, callFrame}) => [id, callFrame]));
		for (const [index, id] of samples.entries()) {
			const frame = frames.get(id);
			if (frame && !isIdle(frame)) {
				const name = frame.functionName || `(line ${frame.lineNumber + 1})`;
				const module = moduleOf(frame);
				const key = `${name} ${module}`;
				const sum = sums.get(key) ?? {name, module, micros: 0};
				// A sample stands for the time until the next one.
				sum.micros += timeDeltas[index + 1] ?? 0;
				sums.set(key, sum);
			}
		}
	}

	const total = [...sums.values()].reduce((all, {micros}) => all + micros, 0);
	return [...sums.values()]
		.map(({name, module, micros}) => ({name, module, share: micros / total}))
		.toSorted((one, other) => other.share - one.share);
};

const isIdle = ({functionName}: CallFrame): boolean => functionName === '(idle)' || functionName === '(root)';
