import {startBookinfo} from '../../support/bookinfo.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {policySuite} from '../suites/policies.ts';
import {trafficSuite} from '../suites/traffic.ts';

const startInContainers: typeof startBookinfo = async t =>
	startBookinfo(t, {kind: 'containers', engine: await startTestEngine()});

trafficSuite(startInContainers);
policySuite(startInContainers);
