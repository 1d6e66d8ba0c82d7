import test from 'ava';
import type Dockerode from 'dockerode';
import {createSidecarBootstrap} from '../../../src/runtime/docker/bootstrap-volume.ts';

/** A container into which files are put, one of which may be gone by then. */
const createContainer = (name: string, puts: string[], isGone = false): Dockerode.Container =>
	({
		putArchive: async () => {
			puts.push(name);
			if (isGone) {
				throw new Error(`${name} is gone`);
			}
		},
	}) as unknown as Dockerode.Container;

test('what is the same for all is put once, by whoever comes first', async t => {
	const puts: string[] = [];
	const {ensure} = createSidecarBootstrap();
	await Promise.all(['one', 'two', 'three'].map(name => ensure(createContainer(name, puts), '{}')));
	await ensure(createContainer('four', puts), '{}');
	t.deepEqual(puts, ['one']);
});

test('another content is put anew', async t => {
	const puts: string[] = [];
	const {ensure} = createSidecarBootstrap();
	await ensure(createContainer('one', puts), '{"certificate": 1}');
	await ensure(createContainer('two', puts), '{"certificate": 2}');
	t.deepEqual(puts, ['one', 'two']);
});

test('one that was removed on the way fails alone: the next does it for the others', async t => {
	const puts: string[] = [];
	const {ensure} = createSidecarBootstrap();
	const gone = ensure(createContainer('gone', puts, true), '{}');
	const others = ['one', 'two'].map(name => ensure(createContainer(name, puts), '{}'));
	await t.throwsAsync(gone, {message: 'gone is gone'});
	await Promise.all(others);
	t.deepEqual(puts, ['gone', 'one']);
});
