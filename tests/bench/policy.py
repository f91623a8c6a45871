#!/usr/bin/env python3
"""The policy that the proxy is measured with: what a first start writes, plus 100 rules.

The 100 stand before the rows that let the bench through, and none of them matches its traffic, so
that every decision passes all of them. They mix what real rules mix: hosts, suffixes, networks,
ports, methods, protocols. Prints the document:  policy.py >policy.json
"""

import json

RULES = 100


def condition(i):
    """The i-th rule's condition; six kinds take turns."""
    kinds = [
        {"host": [f"www{i}.site.example", f"api{i}.site.example"]},
        {"host": [f"*.zone{i}.example"], "protocol": ["connect", "websocket"]},
        {"client": [f"10.{i}.0.0/16", f"192.168.{i}.0/24"]},
        {"port": [20000 + i, f"{30000 + 10 * i}-{30009 + 10 * i}"]},
        {"address": [f"198.51.{i}.0/24", f"2001:db8:{i:x}::/48"]},
        {"host": [f"*.upload{i}.example"], "method": ["POST", "PUT"], "port": [443]},
    ]
    return kinds[i % len(kinds)]


def rule(i):
    return {
        "name": f"Rule {i}",
        "action": "deny" if i % 2 else "allow",
        "section": f"Section {i // 20}",
        "when": condition(i),
    }


def document():
    private = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
               "169.254.0.0/16", "fc00::/7", "fe80::/10"]
    return {
        "format": 1,
        "guard": [
            {"name": "The bench's origins", "action": "allow",
             "when": {"address": ["127.0.0.0/8"]}},
        ],
        "access": [rule(i) for i in range(RULES)] + [
            {"name": "Private clients to the web", "action": "allow",
             "when": {"client": private, "port": [80, 443]}},
            {"name": "The bench", "action": "allow", "when": {"client": ["127.0.0.0/8"]}},
        ],
        "defaults": {"access": "deny"},
    }


if __name__ == "__main__":
    print(json.dumps(document(), indent=2))
