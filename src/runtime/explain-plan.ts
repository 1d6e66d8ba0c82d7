// Says a plan in words.
import type {DependencyConfig} from '../model/mesh-config.ts';
import type {Operation, Plan} from '../model/plan.ts';

/** Gives one line an operation, with its cause; one line when there is nothing to do. */
export const explainPlan = ({operations, unchanged}: Plan): readonly string[] => [
	...operations.map(explainOperation),
	...(operations.length === 0 ? [`nothing to start or stop (${unchanged} unchanged)`] : []),
];

const explainOperation = (operation: Operation): string => {
	switch (operation.kind) {
		case 'start-instance':
			return `start ${operation.instance.id}${explainAfter(operation.after)}: ${operation.cause}`;
		case 'replace-instance':
			return `restart ${operation.instance.id}${explainAfter(operation.after)}: ${operation.cause}`;
		case 'stop-instance':
			return `stop ${operation.id}: ${operation.cause}`;
	}
};

const explainAfter = (after: readonly DependencyConfig[]): string =>
	after.length === 0 ? '' : ` after ${after.map(explainDependency).join(' and ')}`;

/** `db to be healthy`. */
export const explainDependency = ({service, condition}: DependencyConfig): string => {
	switch (condition) {
		case 'started':
			return `${service} to be started`;
		case 'healthy':
			return `${service} to be healthy`;
		case 'completed':
			return `${service} to be completed`;
	}
};
