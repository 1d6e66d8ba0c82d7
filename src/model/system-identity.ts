// Whose certificates devmesh itself shows. The dot keeps the names apart from every service's name.

/** The control plane, as a service's name in its certificate. */
export const controlPlaneIdentity = 'devmesh.control-plane';
/** A proxy process, on its control connection. */
export const proxyIdentity = 'devmesh.proxy';
/** The namespace of every identity: one machine needs no more than one. */
export const meshNamespace = 'default';
