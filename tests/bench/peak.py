"""`peak.py command…`: run the command and add its peak memory in kB as the last line of stderr.

A process begins with the peak of the one that started it, so a large program must not start what it measures by itself.
"""

from __future__ import annotations

import resource
import subprocess
import sys

if __name__ == "__main__":
    status = subprocess.run(sys.argv[1:], check=False).returncode
    sys.stderr.write(f"\n{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}")
    sys.exit(status)
