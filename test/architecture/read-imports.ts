// What a source file imports, and its code without comments. By patterns: the compiler has no interface for programs any more.

/** Gives every specifier that a file names, types included: they tie folders together just as well. */
export const readImports = (text: string): readonly string[] => {
	const code = stripComments(text);
	return [...code.matchAll(statement), ...code.matchAll(dynamic)].map(([, specifier = '']) => specifier);
};

// `import … from '…'`, `export … from '…'`, `import '…'`.
const statement = /^\s*(?:import|export)\b(?:[^'"]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
// `import('…')`, in types, too.
const dynamic = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** Removes comments, keeps strings: a URL in a string is no comment. */
export const stripComments = (text: string): string =>
	text.replace(stringOrComment, (_match, kept: string | undefined) => kept ?? '');

const stringOrComment = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
