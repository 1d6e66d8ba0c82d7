// What a sidecar in a container starts from.
import type {CertificateBook} from '../control/certificate-book.ts';
import {mostPorts, podPorts} from '../model/pod.ts';
import type {ProxyBootstrap} from '../model/proxy-bootstrap.ts';
import {controlPlaneIdentity, meshNamespace, proxyIdentity} from '../model/system-identity.ts';
import type {MeshAuthority} from '../pki/mesh-authority.ts';
import {spiffeId} from '../pki/spiffe-id.ts';

/** The same for every sidecar: who it is, it learns by its snapshot. */
export const podBootstrap = (
	identities: CertificateBook,
	{rootPem, trustDomain}: Pick<MeshAuthority, 'rootPem' | 'trustDomain'>,
): ProxyBootstrap => ({
	port: podPorts.control,
	address: '0.0.0.0',
	certificate: identities.of(proxyIdentity),
	trustedRoots: [rootPem],
	controlPlane: spiffeId(trustDomain, meshNamespace, controlPlaneIdentity),
});

/** Of the gateway, which is the bridge, too. */
export const gatewayBootstrap = (bootstrap: ProxyBootstrap, subnet: string): ProxyBootstrap => ({
	...bootstrap,
	bridge: {
		port: podPorts.bridge,
		subnet,
		ports: [
			podPorts.inbound,
			podPorts.control,
			// Those that services have besides come and go while the bridge stays.
			[podPorts.firstInbound, podPorts.firstInbound + mostPorts - 1],
		],
		backPort: podPorts.bridgeBack,
		metricsPort: podPorts.metrics,
	},
});
