"""llama.cpp's own HTTP server, in this process: python serve.py MODEL PORT NAME SLOTS SLOT_TOKENS"""

import sys
import threading

import xllamacpp

model, port, name, slots, slot_tokens = sys.argv[1:]
params = xllamacpp.CommonParams()
params.model.path = model
params.model_alias = [name]
params.hostnames = ["127.0.0.1"]
params.port = int(port)
params.n_parallel = int(slots)
params.n_ctx = int(slots) * int(slot_tokens)
server = xllamacpp.Server(params)
print(f"listening on {server.listening_address}", flush=True)
threading.Event().wait()
