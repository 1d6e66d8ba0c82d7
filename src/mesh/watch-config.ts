// Tells when the config was saved, also by editors that replace the file instead of writing to it.
import {watch} from 'chokidar';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';

export interface ConfigWatch {
	/** Resolves when saves are noticed. */
	readonly ready: Promise<void>;
	/** Watches these files from now on, and no others. */
	readonly follow: (files: readonly string[]) => void;
	readonly close: () => Promise<void>;
}

// Long enough for an editor that writes in pieces, short enough not to be felt.
const settle = ms(25);

/** Calls back once the files have been quiet for 25 ms after a change, whether they were written, replaced, made or removed. */
export const watchConfig = (files: readonly string[], clock: Clock, onChange: () => void): ConfigWatch => {
	let cancel = () => {};
	let followed = new Set(files);
	const watcher = watch([...files], {ignoreInitial: true});
	watcher.on('all', () => {
		cancel();
		cancel = clock.after(settle, onChange);
	});
	return {
		ready: new Promise(resolve => watcher.once('ready', () => resolve())),
		follow: next => {
			const wanted = new Set(next);
			watcher.unwatch([...followed].filter(file => !wanted.has(file)));
			watcher.add([...wanted].filter(file => !followed.has(file)));
			followed = wanted;
		},
		close: async () => {
			cancel();
			await watcher.close();
		},
	};
};
