// Finds each named host as musl does and asks it for `/` at its port: `names host:port …`.
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void ask(const char *host, const char *port) {
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	int problem = getaddrinfo(host, port, &hints, &found);
	if (problem) {
		printf("%s: %s\n", host, gai_strerror(problem));
		return;
	}

	char address[INET6_ADDRSTRLEN] = "?";
	getnameinfo(found->ai_addr, found->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST);
	int connection = socket(found->ai_family, SOCK_STREAM, 0);
	if (connect(connection, found->ai_addr, found->ai_addrlen)) {
		printf("%s: %s refuses\n", host, address);
		return;
	}

	char text[4096];
	int length = snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n", host, port);
	write(connection, text, length);
	size_t filled = 0;
	for (ssize_t got; filled < sizeof text - 1 && (got = read(connection, text + filled, sizeof text - 1 - filled)) > 0;) {
		filled += got;
	}

	text[filled] = 0;
	char *body = strstr(text, "\r\n\r\n");
	printf("%s %s %s\n", host, address, body ? body + 4 : text);
}

int main(int count, char **hosts) {
	for (int i = 1; i < count; i++) {
		char *port = strrchr(hosts[i], ':');
		*port = 0;
		ask(hosts[i], port + 1);
	}

	return 0;
}
