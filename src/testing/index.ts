// What `devmesh/testing` gives.
export {MeshError} from '../common/mesh-error.ts';
export type {MeshFile} from '../config/schema/mesh.ts';
export type {FaultStatus, MeshStatus, ServiceStatus} from '../model/mesh-status.ts';
export type {RequestQuery, RequestSummary} from '../model/request-summary.ts';
export {type StartMeshOptions, startMesh} from './start-mesh.ts';
export type {Ingress, InjectedFault, TestFault, TestMesh} from './test-mesh.ts';
