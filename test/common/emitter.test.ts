import test from 'ava';
import {createEmitter} from '../../src/common/emitter.ts';

test('every listener hears an event, in the order in which they came', t => {
	const heard: string[] = [];
	const emitter = createEmitter<string>();
	emitter.on(event => heard.push(`one ${event}`));
	emitter.on(event => heard.push(`two ${event}`));
	emitter.emit('ready');
	t.deepEqual(heard, ['one ready', 'two ready']);
});

test('a listener that was removed hears nothing more; one may remove itself while it listens', t => {
	const heard: string[] = [];
	const emitter = createEmitter<string>();
	const remove = emitter.on(event => {
		heard.push(`one ${event}`);
		remove();
	});
	emitter.on(event => heard.push(`two ${event}`));
	emitter.emit('a');
	emitter.emit('b');
	t.deepEqual(heard, ['one a', 'two a', 'two b']);
});
