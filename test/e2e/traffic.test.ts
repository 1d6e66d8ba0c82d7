import {startBookinfo} from '../support/bookinfo.ts';
import {trafficSuite} from './suites/traffic.ts';

trafficSuite(startBookinfo);
