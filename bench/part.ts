// A part of the benchmark: one question, its measurement and its section.
import type {SystemPart} from '../test/support/system-parts.ts';
import type {Cores} from './cores.ts';
import type {Scope} from './scope.ts';

export interface Part<Result> {
	/** The heading of its section. */
	readonly title: string;
	/** What npm cannot install. */
	readonly needs: readonly Need[];
	readonly measure: (bench: Bench) => Promise<Result>;
	/** Gives Markdown, without the heading. */
	readonly render: (result: Result) => string;
}

/** What a measurement gets. */
export interface Bench {
	/** Ends after the part. */
	readonly scope: Scope;
	readonly cores: Cores;
	/** True: shows that all works, in little time; the figures say little. */
	readonly isQuick: boolean;
	/** Tells how far it is. */
	readonly tell: (line: string) => void;
}

export type Need = Pick<SystemPart, 'name' | 'programs' | 'debianPackages'>;

/** Keeps measurement and rendering of one result together. */
export const definePart = <Result>(part: Part<Result>): Part<Result> => part;
