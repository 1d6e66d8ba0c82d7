# Finds each named host as Python does and asks it for `/` at its port: `python3 names.py host:port …`.
import socket
import sys
import urllib.request

for authority in sys.argv[1:]:
    host, port = authority.rsplit(":", 1)
    try:
        address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0][4][0]
        with urllib.request.urlopen(f"http://{authority}/") as reply:
            print(host, address, reply.read().decode())
    except OSError as problem:
        print(host, problem)
