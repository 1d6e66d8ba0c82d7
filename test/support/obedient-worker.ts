// The program of a sidecar's thread that listens nowhere: it answers as the snapshot says.
import process from 'node:process';
import {parentPort} from 'node:worker_threads';

parentPort?.on('message', ({kind, snapshot}) => {
	if (kind === 'stop') {
		parentPort?.close();
	} else if (snapshot.die) {
		process.exit(1);
	} else if (snapshot.refuse) {
		parentPort?.postMessage({kind: 'refused', revision: snapshot.revision, problem: {code: 'invalid', message: 'no'}});
	} else {
		parentPort?.postMessage({kind: 'accepted', revision: snapshot.revision});
	}
});
