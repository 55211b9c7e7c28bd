"""A generated farm as files, and nginx to serve them: what all crawlers of the benchmark crawl.

The sample network's stories, filled up with the scripts, menus, cards and comments that news pages carry to 33 to 56 KB
each; four hosts on one port of 127.0.0.1, told apart by the Host header. A crawler that cannot connect elsewhere than a
URL says may take the port for an HTTP proxy's. nginx is a process of its own, so that its time is not a crawler's.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from extraction import filled

from crawler.demo import generate
from crawler.demo.network import Network

SIZES = (33_000, 56_000)
"""Bytes of the smallest and of the largest page, about."""
SITES = 4

_CONF = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  open_file_cache max=800 inactive=10m;
  default_type "text/html; charset=utf-8";
  types {{ text/plain txt; }}
  keepalive_requests 1000000;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    root {folder}/pages;
    location / {{ try_files /$host$request_uri /$host${{request_uri}}index.html =404; }}
  }}
}}
"""


def write(network: Network, folder: Path) -> int:
    """Write each page of a network as a file below `folder`/pages; return how many bytes they have."""
    total, span = 0, SIZES[1] - SIZES[0]
    for host in network.hosts:
        (folder / "pages" / host).mkdir(parents=True)
        (folder / "pages" / host / "robots.txt").write_text("User-agent: *\nDisallow:\n")
    for article in range(network.articles):
        url = network.url_of(article)
        size = SIZES[0] + article * 7919 % span
        body = filled(network.answer(url).body.decode(), article, size, network.story).encode()
        path = folder / "pages" / url.removeprefix("http://")
        if url.endswith("/"):
            path.mkdir(parents=True)
            path /= "index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        total += len(body)
    return total


def _nginx() -> str:
    """Return where nginx is; install it if it is nowhere."""
    places = "/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin"
    if shutil.which("nginx", path=places) is None and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "nginx-light"], check=False)
    if (found := shutil.which("nginx", path=places)) is None:
        raise SystemExit("nginx is not here; install it (Debian: apt-get install nginx-light)")
    return found


@contextmanager
def serve(folder: Path) -> Iterator[int]:
    """Serve the pages of a folder until the block ends; yields the port."""
    nginx = _nginx()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    conf = folder / "nginx.conf"
    conf.write_text(_CONF.format(folder=folder, port=port))
    folder.chmod(0o755)
    process = subprocess.Popen([nginx, "-c", str(conf), "-p", str(folder)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise SystemExit(f"nginx does not answer: {(folder / 'error.log').read_text()}")
        yield port
    finally:
        process.terminate()
        process.wait()


def made(articles: int, folder: Path, sites: int = SITES) -> Network:
    """Return a network of so many articles whose pages are in a folder."""
    network = generate(3, sites=sites, articles=articles, faults=False)
    total = write(network, folder)
    print(f"farm: {articles} pages of {total / articles / 1000:.0f} KB on {sites} hosts")
    return network
