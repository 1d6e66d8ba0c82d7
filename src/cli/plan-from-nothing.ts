// What a config would start where nothing runs.
import {readConfig} from '../config/read-config.ts';
import {desiredState} from '../control/desired-state.ts';
import {createPlaces, type Places} from '../control/places.ts';
import {readCompose} from '../interop/compose/create-compose-reader.ts';
import type {PlanResult} from '../model/api.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import type {Plan} from '../model/plan.ts';
import {explainPlan} from '../runtime/explain-plan.ts';
import {planChanges} from '../runtime/plan-changes.ts';

/** Plans without a mesh; ports are given out when it starts, and make no difference to the plan. */
export const planFromNothing = async (
	configFile: string,
	environment: Readonly<Record<string, string | undefined>>,
): Promise<PlanResult> => {
	const {config, diagnostics} = await readConfig(configFile, environment, readCompose);
	const plan: Plan = config
		? planChanges(desiredState(config, {places: placesFromNothing(config), changesOf: () => 0}), {
				instances: [],
				proxy: undefined,
			})
		: {operations: [], unchanged: 0};
	return {lines: explainPlan(plan), plan, diagnostics};
};

const placesFromNothing = (config: MeshConfig): Places =>
	createPlaces({config, portOf: () => 0, numberOf: () => 0, network: undefined, nameServers: []});
