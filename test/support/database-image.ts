// Real servers of databases and mail, and their own clients, in one image made of Debian's packages.
import {readdir, realpath} from 'node:fs/promises';
import path from 'node:path';
import {startTestEngine} from './docker-engine.ts';
import {importImage} from './docker-images.ts';

export const databaseImage = 'devmesh-test/databases';

/** What a right client says; everybody else must be refused. */
export const password = 'open sesame';

/**
 * Makes the image in the engine of this run. Each server starts by `sh /start/<name>.sh` as the user 1000, with all that its packages set:
 * MariaDB and Postgres let in whoever comes from 127.0.0.1 without a password.
 */
export const makeDatabaseImage = async (): Promise<void> => {
	const postgres = await newestPostgres();
	const python = path.basename(await realpath('/usr/bin/python3'));
	await importImage(await startTestEngine(), databaseImage, {
		programs: [
			...['mariadbd', 'mariadb', 'redis-server', 'redis-cli', '/usr/bin/python3'],
			...['postgres', 'initdb', 'psql'].map(name => path.join(postgres, 'bin', name)),
			...['dict_snowball', 'plpgsql'].map(name => path.join(postgres, 'lib', `${name}.so`)),
		],
		files: {
			'/usr/share/mysql': {copyOf: '/usr/share/mysql'},
			[`/usr/share/postgresql/${path.basename(postgres)}`]: {
				copyOf: `/usr/share/postgresql/${path.basename(postgres)}`,
			},
			[`/usr/lib/${python}`]: {copyOf: `/usr/lib/${python}`},
			...Object.fromEntries(
				['aiosmtpd', 'attr', 'public'].map(name => {
					const folder = `/usr/lib/python3/dist-packages/${name}`;
					return [folder, {copyOf: folder}];
				}),
			),
			'/start/mariadb.sh': mariadb,
			'/start/mariadb.sql': mariadbUsers,
			'/start/postgres.sh': postgresOf(path.join(postgres, 'bin')),
			'/start/redis.sh': `exec redis-server --bind 0.0.0.0 --save '' --requirepass '${password}'\n`,
			'/start/mail.sh': 'exec python3 /start/mail.py\n',
			'/start/mail.py': mail,
		},
		changes: [`ENV PATH=${path.join(postgres, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin`],
	});
};

const newestPostgres = async (): Promise<string> => {
	const [newest = ''] = (await readdir('/usr/lib/postgresql')).sort((one, two) => Number(two) - Number(one));
	return path.join('/usr/lib/postgresql', newest);
};

const mariadb = `set -e
mkdir -p /tmp/data
{
	echo 'CREATE DATABASE mysql;'
	echo 'USE mysql;'
	cat /usr/share/mysql/mysql_system_tables.sql /usr/share/mysql/mysql_system_tables_data.sql
} | mariadbd --no-defaults --bootstrap --datadir=/tmp/data --lc-messages-dir=/usr/share/mysql
exec mariadbd --no-defaults --datadir=/tmp/data --socket=/tmp/mariadb.sock --pid-file=/tmp/mariadb.pid --init-file=/start/mariadb.sql
`;

const mariadbUsers = `CREATE USER app@localhost;
CREATE USER app@'%' IDENTIFIED BY '${password}';
CREATE DATABASE shop;
GRANT ALL ON shop.* TO app@localhost, app@'%';
`;

const postgresOf = (programs: string): string => `set -e
export PATH=${programs}:$PATH
initdb --pgdata=/tmp/data --username=postgres --auth=trust --no-locale --encoding=UTF8 --no-sync
cat > /tmp/data/pg_hba.conf <<end
local all all trust
host all all 127.0.0.1/32 trust
host all all ::1/128 trust
host all all all scram-sha-256
end
echo "ALTER USER postgres PASSWORD '${password}'" | postgres --single -D /tmp/data postgres
exec postgres -D /tmp/data -c "listen_addresses=*" -c jit=off -c unix_socket_directories=/tmp
`;

const mail = `import asyncio
from aiosmtpd.controller import Controller

class Letters:
    async def handle_DATA(self, server, session, envelope):
        print('letter from', session.peer[0], 'to', envelope.rcpt_tos[0], flush=True)
        print(envelope.content.decode(), flush=True)
        return '250 kept'

controller = Controller(Letters(), hostname='0.0.0.0', port=25)
controller.start()
asyncio.new_event_loop().run_forever()
`;
