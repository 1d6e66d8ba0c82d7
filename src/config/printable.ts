// Makes text of a file safe and straight on a terminal.

/** Replaces what would move the cursor, colour or turn round the text; a tab becomes a space. */
export const printable = (text: string): string => text.replaceAll('\t', ' ').replace(unprintable, '\uFFFD');

/** How many columns of a terminal a text takes: wide letters take two, combining marks none. */
export const columnsOf = (text: string): number =>
	[...text].reduce((sum, letter) => sum + (combining.test(letter) ? 0 : wide.test(letter) ? 2 : 1), 0);

// Control characters, halves of letters, line separators, and marks that reverse the reading direction (CVE-2021-42574).
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const combining = /^[\p{Mn}\p{Me}\u200B-\u200D\uFEFF]$/u;
const wide =
	/^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uFF01-\uFF60]$/u;
