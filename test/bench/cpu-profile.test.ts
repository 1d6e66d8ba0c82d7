import test from 'ava';
import {type CpuProfile, selfTimes} from '../../bench/profile/self-times.ts';

const frame = (id: number, functionName: string, url = '', lineNumber = -1) => ({
	id,
	callFrame: {functionName, url, lineNumber, columnNumber: 0},
});

test('self time is summed over threads and ways of a call, and idle time is left out', t => {
	const nodes = [
		frame(1, '(root)'),
		frame(2, '(idle)'),
		frame(3, 'route', 'file:///w.js', 4),
		frame(4, 'route', 'file:///w.js', 4),
		frame(5, 'writev'),
		frame(6, '', 'file:///w.js', 8),
	];
	// Each sample lasts until the next one; the first delta is the time before the first sample.
	const one: CpuProfile = {nodes, samples: [3, 2, 4, 5], timeDeltas: [999, 200, 5000, 200, 100]};
	const other: CpuProfile = {nodes, samples: [5, 6], timeDeltas: [0, 300, 200]};
	t.deepEqual(
		selfTimes([one, other], ({url}) => url),
		[
			{name: 'route', module: 'file:///w.js', share: 0.4},
			{name: 'writev', module: '', share: 0.4},
			{name: '(line 9)', module: 'file:///w.js', share: 0.2},
		],
	);
});
