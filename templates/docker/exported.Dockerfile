# What stands beside every app of an exported mesh. `proxy` is the owner of a pod's network; `sidecar` is a proxy with the snapshot,
# certificate and key of one instance, readable by its user alone: never push such an image.
ARG BASE=node:26-slim
FROM ${BASE} AS proxy
# The packet rules of a pod are set by nft.
RUN command -v nft > /dev/null || { apt-get update && apt-get install --yes --no-install-recommends nftables && rm -rf /var/lib/apt/lists/*; }
COPY proxy/package.json proxy/pause.js proxy/pod.js proxy/ask.js /devmesh/
ENTRYPOINT []

FROM proxy AS sidecar
ARG SIDECAR
COPY --chown=1337:1337 sidecars/${SIDECAR}.json /devmesh/run/bootstrap.json
USER 1337:1337
CMD ["node", "/devmesh/pod.js", "/devmesh/run/bootstrap.json"]
