// Where the apps in well-known images listen, by their own documentation.
import type {Protocol} from '../../model/mesh-config.ts';

export interface KnownImage {
	readonly port: number;
	readonly protocol: Protocol;
}

const tcp = (port: number): KnownImage => ({port, protocol: 'tcp'});
const http = (port: number): KnownImage => ({port, protocol: 'http'});

/** By the last part of the image's name. */
const images: Readonly<Record<string, KnownImage>> = {
	// Databases and caches
	mysql: tcp(3306),
	mariadb: tcp(3306),
	percona: tcp(3306),
	postgres: tcp(5432),
	postgresql: tcp(5432),
	postgis: tcp(5432),
	timescaledb: tcp(5432),
	pgvector: tcp(5432),
	pgbouncer: tcp(6432),
	cockroach: tcp(26_257),
	mongo: tcp(27_017),
	mongodb: tcp(27_017),
	redis: tcp(6379),
	redismod: tcp(6379),
	'redis-stack': tcp(6379),
	'redis-stack-server': tcp(6379),
	valkey: tcp(6379),
	keydb: tcp(6379),
	dragonfly: tcp(6379),
	memcached: tcp(11_211),
	cassandra: tcp(9042),
	scylla: tcp(9042),
	server: tcp(1433),
	'azure-sql-edge': tcp(1433),
	clickhouse: http(8123),
	'clickhouse-server': http(8123),
	couchdb: http(5984),
	influxdb: http(8086),
	elasticsearch: http(9200),
	opensearch: http(9200),
	meilisearch: http(7700),
	neo4j: tcp(7687),
	etcd: http(2379),
	qdrant: http(6333),
	'dynamodb-local': http(8000),
	// Brokers
	rabbitmq: tcp(5672),
	nats: tcp(4222),
	kafka: tcp(9092),
	'cp-kafka': tcp(9092),
	redpanda: tcp(9092),
	zookeeper: tcp(2181),
	'cp-zookeeper': tcp(2181),
	'eclipse-mosquitto': tcp(1883),
	activemq: tcp(61_616),
	// Servers and apps
	nginx: http(80),
	'nginx-unprivileged': http(8080),
	httpd: http(80),
	caddy: http(80),
	traefik: http(80),
	haproxy: http(80),
	tomcat: http(8080),
	wordpress: http(80),
	nextcloud: http(80),
	ghost: http(2368),
	drupal: http(80),
	joomla: http(80),
	phpmyadmin: http(80),
	pgadmin4: http(80),
	adminer: http(8080),
	'mongo-express': http(8081),
	gitea: http(3000),
	registry: http(5000),
	sonarqube: http(9000),
	jenkins: http(8080),
	vault: http(8200),
	consul: http(8500),
	keycloak: http(8080),
	minio: http(9000),
	localstack: http(4566),
	'node-red': http(1880),
	n8n: http(5678),
	whoami: http(80),
	httpbin: http(80),
	'http-echo': http(5678),
	wiremock: http(8080),
	plex: http(32_400),
	'portainer-ce': http(9000),
	pihole: http(80),
	'minecraft-server': tcp(25_565),
	// Telemetry and mail
	logstash: tcp(5044),
	prometheus: http(9090),
	grafana: http(3000),
	loki: http(3100),
	kibana: http(5601),
	jaeger: http(16_686),
	'all-in-one': http(16_686),
	zipkin: http(9411),
	mailhog: tcp(1025),
	mailpit: tcp(1025),
};

/** Knows an image by its name, whatever its registry, its tag or its digest. */
export const knownImage = (image: string | undefined): KnownImage | undefined => {
	const [name = ''] = image?.split('@') ?? [];
	const [last = ''] = name.slice(name.lastIndexOf('/') + 1).split(':');
	// Microsoft's own name for it: mssql/server.
	return Object.hasOwn(images, last) && (last !== 'server' || /\bmssql\//.test(name)) ? images[last] : undefined;
};
