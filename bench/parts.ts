// Every part of the benchmark. A new one is one file in measure/ and one line here.
import {containers} from './measure/containers.ts';
import {latency} from './measure/latency.ts';
import {memory} from './measure/memory.ts';
import {profile} from './measure/profile.ts';
import {save} from './measure/save.ts';
import {start} from './measure/start.ts';
import {telemetry} from './measure/telemetry.ts';
import {throughput} from './measure/throughput.ts';
import type {Part} from './part.ts';

/** In the order in which they run. */
export const parts = {
	throughput,
	latency,
	telemetry,
	profile,
	save,
	memory,
	start,
	// Last: its engine goes on until the end of the program.
	containers,
} as const;

export type PartName = keyof typeof parts;

/** The same, with what they have in common alone. */
export const partNamed = (name: PartName): Part<unknown> => parts[name] as Part<unknown>;

export const partNames = Object.keys(parts) as readonly PartName[];
