"""Calls of Python's socket module: lookup.py NAME CALL..., a line of JSON each."""
import json
import socket
import sys

FAMILIES = {"4": socket.AF_INET, "6": socket.AF_INET6}
OUTCOMES = {
    socket.EAI_NONAME: "NONAME",
    socket.EAI_NODATA: "NODATA",
    socket.EAI_AGAIN: "AGAIN",
}
# Of netdb.h.
HOST_OUTCOMES = {1: "NONAME", 2: "AGAIN", 3: "NORECOVERY", 4: "NODATA"}


def look(call, name):
    method, _, family = call.partition(" ")
    if method == "getaddrinfo":
        found = socket.getaddrinfo(
            name,
            None,
            FAMILIES.get(family, socket.AF_UNSPEC),
            socket.SOCK_STREAM,
            0,
            socket.AI_CANONNAME,
        )
        return {"addresses": [entry[4][0] for entry in found], "canonical": found[0][3]}
    if method == "gethostbyname_ex":
        canonical, aliases, addresses = socket.gethostbyname_ex(name)
        return {"addresses": addresses, "canonical": canonical, "aliases": aliases}
    if method == "gethostbyaddr":
        return {"records": [socket.gethostbyaddr(name)[0]]}
    if method == "getnameinfo":
        return {"records": [socket.getnameinfo((name, 0), socket.NI_NAMEREQD)[0]]}
    raise ValueError("no such call: " + call)


for call in sys.argv[2:]:
    try:
        result = {"outcome": "OK", **look(call, sys.argv[1])}
    except socket.gaierror as error:
        result = {"outcome": OUTCOMES.get(error.errno, "FAILED"), "code": error.strerror}
    except socket.herror as error:
        result = {"outcome": HOST_OUTCOMES.get(error.errno, "FAILED"), "code": error.strerror}
    print(json.dumps({"call": call, **result}))
