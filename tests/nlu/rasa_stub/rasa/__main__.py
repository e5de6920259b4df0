"""`train nlu` writes a model, `run` answers /status; a file `fail` in the working folder makes either one fail."""

import itertools
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


def main() -> None:
    """Do what Rasa's command line would be asked to do."""
    arguments = sys.argv[1:]
    options = dict(itertools.pairwise(arguments))
    said = {"arguments": arguments, "telemetry": os.environ.get("RASA_TELEMETRY_ENABLED")}
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
    if Path("fail").exists():
        sys.exit("told to fail")
    if arguments[:2] == ["train", "nlu"]:
        folder = Path(options["--out"])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{options['--fixed-model-name']}.tar.gz").write_bytes(Path(options["--nlu"]).read_bytes())
        return
    serve(options["-i"], int(options["-p"]), Path(options["-m"]).name)


def serve(host: str, port: int, model: str) -> None:
    """Answer /status until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"model_file": model, "pid": os.getpid()}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    HTTPServer((host, port), Handler).serve_forever()
