"""How well answers are extracted and compared: `python benchmarks/answers.py FOLDER`, with the files of answer pairs."""

from __future__ import annotations

import collections
import json
import sys
import time
from pathlib import Path
from overthink.core.normalise import same_cheaply

folder = Path(sys.argv[1])
show = "-v" in sys.argv
for name in ("pairs.jsonl", "pairs-real.jsonl"):
    rows = [json.loads(line) for line in (folder / name).read_text().split("\n") if line]
    c = collections.Counter()
    t = time.perf_counter()
    for i, r in enumerate(rows):
        o = same_cheaply(r["gold"], r["pred"])
        k = (r["equal"], o[0] if o else None)
        c[k] += 1
        if show and (o is None or (o[0] == "correct") != r["equal"]):
            print(i, r["equal"], o, repr(r["gold"][-80:]), repr(r["pred"][-80:]))
    print(name, len(rows), dict(c), time.perf_counter() - t)
