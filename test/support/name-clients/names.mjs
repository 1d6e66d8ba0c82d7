// Finds each named host as Node does and asks it for `/` at its port: `node names.mjs <lookup or resolve4> host:port …`.
import dns from 'node:dns/promises';
import process from 'node:process';

const [how, ...authorities] = process.argv.slice(2);
for (const authority of authorities) {
	const {hostname, port} = new URL(`http://${authority}/`);
	try {
		const address =
			how === 'resolve4' ? (await dns.resolve4(hostname))[0] : (await dns.lookup(hostname, {all: true}))[0].address;
		// By the address that was found: `fetch` would ask by getaddrinfo.
		const reply = await fetch(`http://${address}:${port}/`);
		process.stdout.write(`${hostname} ${address} ${await reply.text()}\n`);
	} catch (error) {
		process.stdout.write(`${hostname} ${error.cause?.code ?? error.code ?? error}\n`);
	}
}
