import test from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {createLog} from '../../src/common/log.ts';
import {MeshError} from '../../src/common/mesh-error.ts';
import {readEnd, writeEnd} from '../../src/mesh/launch/control-plane-end.ts';

const logOf = (error: unknown): string => {
	const lines: string[] = [];
	const log = createLog(line => lines.push(line), systemClock);
	log.write('info', 'the config was read');
	writeEnd(log, error);
	return lines.join('');
};

test('what ended a control plane is told by the command that started it, with code and remedy', t => {
	const error = new MeshError({code: 'DM5101', message: 'no engine\nat all', remedy: 'Start it.'});
	const told = readEnd(logOf(error));
	t.deepEqual([told?.code, told?.message, told?.remedy], ['DM5101', 'no engine\nat all', 'Start it.']);
});

test('a defect, and a log that ends in the middle, are told by nobody', t => {
	t.is(readEnd(logOf(new TypeError('x is not a function'))), undefined);
	t.is(readEnd('{"message":"the control plane could'), undefined);
	t.is(readEnd(''), undefined);
});
