// The top-level `secrets:`: files, and variables of whoever runs compose. What is granted twice stands there once.
export type Grant = {readonly file: string} | {readonly environment: string};

export interface Grants {
	/** Gives the name to refer to it by. */
	readonly grant: (grant: Grant) => string;
	readonly all: () => Readonly<Record<string, Grant>>;
}

export const createGrants = (): Grants => {
	const names = new Map<string, string>();
	return {
		grant: grant => {
			const key = JSON.stringify(grant);
			const name = names.get(key) ?? `granted-${names.size + 1}`;
			names.set(key, name);
			return name;
		},
		all: () => Object.fromEntries([...names].map(([key, name]) => [name, JSON.parse(key) as Grant])),
	};
};
