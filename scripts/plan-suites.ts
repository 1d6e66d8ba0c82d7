// Decides which test suites can run on this machine.
import {type SystemPart, systemParts} from '../test/support/system-parts.ts';

export interface SuitePlan {
	/** For ava: globs and flags, without the suites that cannot run. */
	readonly args: readonly string[];
	/** Parts that could be here and are not. */
	readonly missing: readonly SystemPart[];
	/** Suites that cannot run, each with the parts it lacks. */
	readonly held: ReadonlyMap<string, readonly SystemPart[]>;
}

export interface Stage {
	/** Globs and flags for ava. */
	readonly args: readonly string[];
	readonly isOfStage: (file: string) => boolean;
	/** Gives the program of a part, undefined when it is missing. */
	readonly find: (part: SystemPart) => string | undefined;
	readonly platform: NodeJS.Platform;
	/** Default: all that the suites declare. */
	readonly parts?: readonly SystemPart[];
}

/** Leaves out the suites of parts that are missing, among those of this stage. */
export const planSuites = ({args, isOfStage, find, platform, parts = systemParts}: Stage): SuitePlan => {
	const held = new Map<string, readonly SystemPart[]>();
	for (const part of parts) {
		if (!isPossible(part, platform) || !find(part)) {
			for (const suite of part.suites.filter(isOfStage)) {
				held.set(suite, [...(held.get(suite) ?? []), part]);
			}
		}
	}

	const lacking = new Set([...held.values()].flat());
	return {
		args: [...args, ...[...held.keys()].map(suite => `!${suite}`)],
		missing: [...lacking].filter(part => isPossible(part, platform)),
		held,
	};
};

const isPossible = (part: SystemPart, platform: NodeJS.Platform): boolean => part.platforms?.includes(platform) ?? true;
