# Counts its visits in Redis, as the project's own does. Its source is read from the folder that the compose file mounts.
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def incr(key):
    with socket.create_connection(("redis", 6379)) as redis:
        redis.sendall(f"INCR {key}\r\n".encode())
        return int(redis.makefile().readline().removeprefix(":"))


class Hello(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"This webpage has been viewed {incr('hits')} time(s)".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


try:
    ThreadingHTTPServer(("0.0.0.0", 8000), Hello).serve_forever()
except KeyboardInterrupt:
    print("stopped by SIGINT", flush=True)
