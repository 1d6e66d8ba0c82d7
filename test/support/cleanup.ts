// What must be done when a test, or a measurement, is over.
import type {ExecutionContext} from 'ava';

export type Cleanup = Pick<ExecutionContext, 'teardown' | 'log'>;
