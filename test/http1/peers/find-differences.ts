// Compares many texts at once, until all are done or the time is up.

/** How many are compared at the same time. */
const lanes = 12;

export interface Differences<Finding> {
	readonly compared: number;
	readonly findings: readonly Finding[];
}

/** Compares each text. What is found is compared again, alone: a busy machine must not pass for a difference. */
export const findDifferences = async <Finding>(
	texts: readonly string[],
	compare: (text: string) => Promise<Finding | undefined>,
	mostMs: number,
): Promise<Differences<Finding>> => {
	const suspects: string[] = [];
	const end = performance.now() + mostMs;
	let next = 0;
	const work = async (): Promise<void> => {
		while (next < texts.length && performance.now() < end) {
			const text = texts[next++] as string;
			if (await compare(text)) {
				suspects.push(text);
			}
		}
	};

	await Promise.all(Array.from({length: lanes}, work));
	const findings: Finding[] = [];
	for (const text of suspects) {
		const finding = await compare(text);
		if (finding) {
			findings.push(finding);
		}
	}

	return {compared: next, findings};
};
