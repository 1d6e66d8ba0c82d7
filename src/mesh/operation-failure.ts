// What could not be done with an instance, inside and as the API tells it.
import {MeshError} from '../common/mesh-error.ts';
import type {InstanceFailure} from '../model/api.ts';

export interface OperationFailure {
	readonly id: string;
	readonly error: Error;
}

/** Gives it the shape of the API. */
export const instanceFailure = ({id, error}: OperationFailure): InstanceFailure => ({
	instance: id,
	code: error instanceof MeshError ? error.code : 'DM6005',
	message: error.message,
	remedy: error instanceof MeshError ? error.remedy : 'The log of the control plane says more.',
});
