"""Attacks on the pipe between the two processes. The candidate may know all of its own process, and does here."""

# Finds the reply pipe and the call that is being answered in the frames of the process that runs it.
FIND = """
import json, os, sys
def find():
    frame, found = sys._getframe(), {}
    while frame:
        found = {**frame.f_locals, **found}
        frame = frame.f_back
    return found
def send(raw, length=None):
    fd = find()['replies_fd']
    os.write(fd, (len(raw) if length is None else length).to_bytes(4, 'big') + raw)
"""
REPLY = FIND + "def f(a, b):\n    nonce = find()['call']['nonce']\n"

WIRE_ATTACKS: dict[str, str] = {
    "answers ahead under a guessed nonce": FIND + "send(json.dumps({'nonce': '', 'value': 5}).encode())\n"
    "def f(a, b): return None\n",
    "sends one reply twice, for the next call": (
        REPLY + "    send(json.dumps({'nonce': nonce, 'value': 5}).encode())\n    return 5\n"
    ),
    "sends a value of an unknown kind": (
        REPLY + "    send(json.dumps({'nonce': nonce, 'value': ['eval', 'True']}).encode())\n    os._exit(0)\n"
    ),
    "sends code for a number": (
        REPLY
        + "    send(json.dumps({'nonce': nonce, 'value': ['int', '__import__(\"os\")']}).encode())\n    os._exit(0)\n"
    ),
    "sends a bare NaN": REPLY + '    send((\'{"nonce": "%s", "value": NaN}\' % nonce).encode())\n    os._exit(0)\n',
    "sends an object for a value": (
        REPLY + "    send(json.dumps({'nonce': nonce, 'value': {'__class__': 'int'}}).encode())\n    os._exit(0)\n"
    ),
    "sends value and error together": (
        REPLY + "    send(json.dumps({'nonce': nonce, 'value': 5, 'error': 'x'}).encode())\n    os._exit(0)\n"
    ),
    "sends an error that is a list": (
        REPLY + "    send(json.dumps({'nonce': nonce, 'error': ['StopIteration']}).encode())\n    os._exit(0)\n"
    ),
    "sends a verdict for a reply": (
        REPLY + "    send(json.dumps({'nonce': nonce, 'verdict': 'passed', 'value': None}).encode())\n    os._exit(0)\n"
    ),
    "sends JSON nested a million deep": REPLY + "    send(b'[' * 1_000_000 + b']' * 1_000_000)\n    os._exit(0)\n",
    "sends a value nested deep": (
        REPLY + "    value = []\n    for _ in range(200): value = ['list', [value]]\n"
        "    send(json.dumps({'nonce': nonce, 'value': value}).encode())\n    os._exit(0)\n"
    ),
    "announces a frame of four gigabytes": REPLY + "    send(b'', 0xFFFFFFFF)\n    return None\n",
    "sends half a frame and waits": REPLY + "    send(b'{', 100)\n    import time; time.sleep(1000)\n",
    "sends what is no JSON": REPLY + "    send(b'\\xff' * 100)\n    os._exit(0)\n",
    "sends a list for a message": REPLY + "    send(b'[1, 2]')\n    os._exit(0)\n",
    "sends garbage without end": REPLY + "    while True: os.write(find()['replies_fd'], b'\\0' * 65536)\n",
    "sends numbers that collide in a set": (REPLY + "    return {i * ((1 << 61) - 1) for i in range(150_000)}\n"),
    "sends a number of a million digits": "def f(a, b): return 1 << 12_000_000\n",
    "sends itself": "def f(a, b):\n    x = []\n    x.append(x)\n    return x\n",
    "replaces the encoder": (
        "import inside.candidate, inside.wire, json\ninside.candidate.encode = lambda value, depth=0: value\n"
        "json.dumps = lambda message: '{\"nonce\": \"' + message['nonce'] + '\", \"value\": 5}'\n"
        "def f(a, b): return 5\n"
    ),
    "reads the calls itself": (
        FIND + "while True:\n    size = int.from_bytes(os.read(find()['calls_fd'], 4), 'big')\n"
        "    call = json.loads(os.read(find()['calls_fd'], size))\n"
        "    send(json.dumps({'nonce': call['nonce'], 'value': True}).encode())\n"
    ),
}
