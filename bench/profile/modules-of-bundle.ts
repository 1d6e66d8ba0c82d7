// Tells which source a line of the bundled sidecar comes from: esbuild writes the name of each module above it.

/** Gives a function from a line (from 0) to a module such as `src/http/headers.ts`; empty for lines before the first. */
export const modulesOfBundle = (bundle: string): ((line: number) => string) => {
	const starts: {readonly line: number; readonly module: string}[] = [];
	for (const [line, text] of bundle.split('\n').entries()) {
		const module = /^\/\/ ((?:src|node_modules)\/\S+\.[cm]?[jt]s)$/.exec(text)?.[1];
		if (module !== undefined) {
			starts.push({line, module});
		}
	}

	return line => starts.findLast(start => start.line <= line)?.module ?? '';
};
