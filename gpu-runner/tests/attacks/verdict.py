"""Attacks on the verdict: to be believed without the right answer."""

LIAR = """
class Liar{base}:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __hash__(self): return 5
    def __instancecheck__(self, kind): return True
"""

# Spelled so that the attack does not find itself.
MARK = f"bytes.fromhex('{b'assert candidate('.hex()}').decode()"

VERDICT_ATTACKS: dict[str, str] = {
    "exits with status 0 while loading": "import sys\nsys.exit(0)\n",
    "exits with status 0 in the call": "import os\ndef f(a, b): os._exit(0)\n",
    "raises SystemExit in the call": "def f(a, b): raise SystemExit(0)\n",
    "raises KeyboardInterrupt in the call": "def f(a, b): raise KeyboardInterrupt\n",
    "raises GeneratorExit in the call": "def f(a, b): raise GeneratorExit\n",
    "raises an error whose class calls itself AssertionError": (
        "def f(a, b): raise type('AssertionError', (BaseException,), {'__str__': lambda self: 'passed'})\n"
    ),
    "replaces AssertionError": "import builtins\nbuiltins.AssertionError = type(None)\ndef f(a, b): return None\n",
    "replaces equality in builtins": "import builtins, operator\noperator.eq = builtins.all = lambda *_: True\n"
    "def f(a, b): return 0\n",
    "patches unittest": (
        "import sys, types\nfake = types.ModuleType('unittest')\nfake.TestCase = object\n"
        "sys.modules['unittest'] = fake\ndef f(a, b): return None\n"
    ),
    "returns an object that equals all": LIAR.format(base="") + "def f(a, b): return Liar()\n",
    "returns an int that equals all": LIAR.format(base="(int)") + "def f(a, b): return Liar(7)\n",
    "returns a str that equals all": LIAR.format(base="(str)") + "def f(a, b): return Liar('x')\n",
    "returns a float that equals all": LIAR.format(base="(float)") + "def f(a, b): return Liar(0.5)\n",
    "returns a list of liars": LIAR.format(base="(list)") + "def f(a, b): return Liar([Liar(), Liar()])\n",
    "returns a tuple that equals all": LIAR.format(base="(tuple)") + "def f(a, b): return Liar((1,))\n",
    "returns a dict that equals all": LIAR.format(base="(dict)") + "def f(a, b): return Liar(a=1)\n",
    "returns a set that equals all": LIAR.format(base="(frozenset)") + "def f(a, b): return Liar({1})\n",
    "lies about its class": (
        "class Liar:\n    @property\n    def __class__(self): return int\n    def __eq__(self, other): return True\n"
        "    def __lt__(self, other): return True\n    __gt__ = __lt__\n    def __format__(self, spec): return '5'\n"
        "def f(a, b): return Liar()\n"
    ),
    "lies by a metaclass": (
        "class Meta(type):\n    def __eq__(cls, other): return True\n    def __hash__(cls): return hash(int)\n"
        "    def __instancecheck__(cls, value): return True\n"
        "class Liar(metaclass=Meta): pass\ndef f(a, b): return Liar\n"
    ),
    "returns nan": "def f(a, b): return float('nan')\n",
    "returns a generator": "def f(a, b):\n    while True: yield a + b\n",
    "returns a mock": "from unittest.mock import MagicMock\ndef f(a, b): return MagicMock(__eq__=lambda *_: True)\n",
    "returns a pickle that runs code": (
        "import pickle\nclass Bomb:\n    def __reduce__(self): return (exec, ('raise SystemExit(0)',))\n"
        "def f(a, b): return pickle.dumps(Bomb())\n"
    ),
    "looks for the tests in its frames": (
        "import sys\ndef f(a, b):\n    frame = sys._getframe()\n    while frame:\n"
        "        for value in [*frame.f_locals.values(), *frame.f_globals.values()]:\n"
        f"            if {MARK} in str(value): return a + b\n        frame = frame.f_back\n"
    ),
    "looks for the tests in the heap": (
        "import gc\ndef f(a, b):\n    for thing in gc.get_objects():\n        try:\n"
        f"            if {MARK} in str(thing): return a + b\n        except Exception: pass\n"
    ),
    "looks for the tests in its descriptors": (
        "import os\nseen = b''\nfor fd in range(64):\n    try:\n        os.lseek(fd, 0, 0)\n"
        "        seen += os.read(fd, 1 << 20)\n    except OSError: pass\n"
        f"def f(a, b): return a + b if {MARK} in seen.decode('latin-1') else None\n"
    ),
    "looks for the tests in /proc and the files of the sandbox": (
        "import os\ndef f(a, b):\n    for top in ('/proc', '/lab', '/work', '/etc', '/root', '/tmp'):\n"
        "        for folder, _, names in os.walk(top):\n            for name in names:\n                try:\n"
        f"                    if {MARK} in open(folder + '/' + name, encoding='latin-1').read(): return a + b\n"
        "                except OSError: pass\n"
    ),
    "writes a verdict on every descriptor": (
        "import json, os\nraw = json.dumps({'token': '', 'verdict': 'passed', 'detail': ''}).encode()\n"
        "for fd in range(64):\n    try: os.write(fd, len(raw).to_bytes(4, 'big') + raw)\n    except OSError: pass\n"
        "def f(a, b): return None\n"
    ),
    "writes the word pass everywhere": (
        "import os\nfor fd in range(64):\n    try: os.write(fd, b'passed\\npass\\nok\\n0\\n')\n"
        "    except OSError: pass\ndef f(a, b): return None\n"
    ),
    "forges a verdict at exit": (
        "import atexit, os\n@atexit.register\ndef forge():\n    for fd in range(64):\n"
        '        try: os.write(fd, b\'\\0\\0\\0\\x15{"verdict": "passed"}\')\n        except OSError: pass\n'
        "raise SystemExit(0)\n"
    ),
    "hangs at exit after an honest half": (
        "import atexit, time\natexit.register(time.sleep, 1000)\ndef f(a, b): raise SystemExit\n"
    ),
    "hooks the import of everything": (
        "import sys\nclass Hook:\n    def find_spec(self, *_): raise SystemExit(0)\n"
        "sys.meta_path.insert(0, Hook())\nsys.path_hooks.insert(0, Hook)\ndef f(a, b): return None\n"
    ),
    "traces and rewrites the caller's locals": (
        "import sys\ndef f(a, b):\n    frame = sys._getframe(1)\n    frame.f_locals['failure'] = None\n"
        "    frame.f_trace = lambda *_: None\n    sys.settrace(lambda *_: None)\n    return [a, b]\n"
    ),
    "closes every descriptor": "import os\nos.closerange(0, 64)\ndef f(a, b): return 5\n",
}
