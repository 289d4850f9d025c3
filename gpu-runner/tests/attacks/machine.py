"""Attacks on the machine: its processes, memory, files, network and time."""


def _try(attempt: str, imports: str = "os") -> str:
    """A program that returns the sum only if the attempt raises nothing."""
    body = "\n".join(f"        {line}" for line in attempt.splitlines())
    return (
        f"import {imports}\ndef f(a, b):\n    try:\n{body}\n    except BaseException: return None\n    return a + b\n"
    )


MACHINE_ATTACKS: dict[str, str] = {
    "fork bomb": "import os\ndef f(a, b):\n    while True:\n        try: os.fork()\n        except OSError: pass\n",
    "forks once": _try("os._exit(0) if os.fork() == 0 else None"),
    "leaves a survivor by a double fork": _try(
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(1000)", "os, time"
    ),
    "spawns by posix_spawn": _try("os.posix_spawn('/python/bin/python', ['python'], {})"),
    "runs a command": _try("subprocess.run(['/bin/sh', '-c', 'true'], check=True)", "subprocess"),
    "starts a pseudo-terminal": _try("pty.spawn('/bin/sh')", "pty"),
    "starts a thread": _try("threading.Thread(target=print).start()", "threading"),
    "starts threads without end": (
        "import _thread, time\ndef f(a, b):\n    while True:\n        try: _thread.start_new_thread(time.sleep, (9,))\n"
        "        except RuntimeError: pass\n"
    ),
    "starts a pool of processes": _try(
        "multiprocessing.get_context('fork').Process(target=print).start()", "multiprocessing"
    ),
    "becomes a shell": _try("os.execv('/bin/sh', ['sh'])"),
    "becomes another Python": (
        "import os\ndef f(a, b): os.execv('/python/bin/python', ['python', '-c', 'while True: pass'])\n"
    ),
    "kills its parent": _try("os.kill(os.getppid(), 9)"),
    "kills everything": _try("os.kill(-1, 9)"),
    "kills its group": _try("os.killpg(0, 9)"),
    "signals process 1": _try("os.kill(1, 9)"),
    "takes memory in a list": "def f(a, b):\n    x = []\n    while True: x.append(bytearray(1 << 20))\n",
    "takes memory in one piece": "def f(a, b): return len(bytearray(1 << 40))\n",
    "takes memory in a mapping": (
        "import mmap\ndef f(a, b):\n    m = [mmap.mmap(-1, 1 << 28) for _ in range(64)]\n"
        "    for x in m: x[:] = b'x' * (1 << 28)\n"
    ),
    "recurses without end": (
        "import sys\nsys.setrecursionlimit(1 << 30)\ndef f(a, b): return [f(a, b) for _ in '1']\n"
    ),
    "compares deeply": (
        "import sys\nsys.setrecursionlimit(1 << 30)\ndef f(a, b):\n    x = y = None\n"
        "    for _ in range(1 << 20): x, y = (x,), (y,)\n    return hash(x) == y\n"
    ),
    "crashes the interpreter": (
        "def f(a, b): pass\nf.__code__ = f.__code__.replace(co_code=b'\\x64\\xff' * 9, co_stacksize=1)\n"
    ),
    "computes a number without end": "def f(a, b): return 9 ** 9 ** 9 ** 9\n",
    "loops in a regular expression": "import re\ndef f(a, b): return re.match('(a+)+$', 'a' * 60 + 'b')\n",
    "loops and ignores every signal": (
        "import signal\nfor number in range(1, 65):\n    try: signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\n"
        "def f(a, b):\n    while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass\n"
    ),
    "loops while loading": "while True: pass\n",
    "loops while it is compiled": "x = " + "-" * 50_000 + "1\n" + "x = 2 ** 3_000_000_000\n",
    "sleeps": "import time\ndef f(a, b):\n    while True: time.sleep(1000)\n",
    "writes without end": "import os\ndef f(a, b):\n    while True: os.write(1, b'x' * 65536)\n",
    "fills the work folder": (
        "import os\ndef f(a, b):\n    for n in range(100):\n"
        "        with open(str(n), 'wb') as stream: stream.write(b'x' * (1 << 20))\n    return a + b\n"
    ),
    "writes one large file": _try("with open('x', 'wb') as stream: stream.write(b'x' * (1 << 22))"),
    "opens files without end": _try("x = [os.open('/', 0) for _ in range(2000)]"),
    "reads a file of the machine": _try("open('CANARY/secret.txt').read()"),
    "reads the machine's users": _try("open('/etc/passwd').read()"),
    "reads the home folder": _try("os.listdir(os.path.expanduser('~root') + '/.ssh')"),
    "reads through a symbolic link": _try("os.symlink('CANARY/secret.txt', 'x')\nopen('x').read()"),
    "reads through a hard link": _try("os.link('CANARY/secret.txt', 'x')\nopen('x').read()"),
    "reads through the parent of the root": _try("open('/../../..' + 'CANARY/secret.txt').read()"),
    "reads through old descriptors": _try(
        "for fd in range(3, 64):\n    try:\n        os.fchdir(fd)\n        break\n    except OSError: pass\n"
        "else: raise OSError"
    ),
    "writes a file of the machine": _try("open('CANARY/secret.txt', 'w').write('changed')"),
    "writes to /tmp": _try("open('/tmp/escaped', 'w')"),
    "writes to /dev/shm": _try("open('/dev/shm/escaped', 'w')"),
    "makes shared memory": _try(
        "shared_memory.SharedMemory(create=True, size=64)", "multiprocessing.shared_memory"
    ).replace("import multiprocessing.shared_memory", "from multiprocessing import shared_memory"),
    "changes its own Python": _try("open(os.__file__, 'a').write('x')"),
    "changes the sandbox's code": _try("open('/lab/inside/tester.py', 'a').write('x')"),
    "makes a folder in the root": _try("os.mkdir('/x')"),
    "makes a device": _try("os.mknod('disk', 0o60666, os.makedev(254, 0))\nopen('disk', 'rb').read(1)"),
    "changes the root": _try("os.chroot('/work')"),
    "reads the environment": "import os\ndef f(a, b): return a + b if len(os.environ) > 2 else 0\n",
    "connects to an address": _try("_socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)", "_socket"),
    "connects to a socket of the machine": _try("_socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)", "_socket"),
    "makes a pair of sockets": _try("_socket.socketpair()", "_socket"),
    "resolves a name": _try("_socket.getaddrinfo('localhost', 80)", "_socket"),
    "becomes root": _try("os.setuid(0)"),
    "raises its limits": _try("resource.setrlimit(resource.RLIMIT_CPU, (999, 999))", "resource"),
    "raises its own priority": _try("os.setpriority(os.PRIO_PROCESS, 0, -20)"),
    "pins a processor": _try("os.sched_setaffinity(0, {0})"),
    "opens a process": _try("os.pidfd_open(1)"),
    "makes a file in memory": _try("os.memfd_create('x')"),
    "loads a C library": _try("ctypes.CDLL(None).getpid()", "ctypes"),
    "waits by epoll": _try("select.epoll()", "select"),
}
