"""What goes over the wire: a product of its own, asked byte by byte, through nginx, and by clients that dawdle."""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests import system
from tests.running import Running, a_free_port, passwords_of, running
from township.server import WAITING_SECONDS

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(os.name != "posix", reason="the product is stopped in the way of POSIX"),
]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("server")) as product:
        product.sign_in("leader", passwords_of(product.var_dir)["leader"])
        yield product


class Wire:
    """One connection that is kept: what is sent, and what comes back to the last byte."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.host = f"127.0.0.1:{port}"
        self.left = b""

    def close(self) -> None:
        self.socket.close()

    def send(self, method: str, path: str, *headers: str, body: bytes = b"") -> None:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def head(self) -> tuple[int, dict[str, str]]:
        """Status and headers of the next answer; what does not begin as an answer fails."""
        while b"\r\n\r\n" not in self.left:
            assert self._more(), self.left
        text, self.left = self.left.split(b"\r\n\r\n", 1)
        first, *lines = text.decode("latin-1").split("\r\n")
        assert re.fullmatch(r"HTTP/1\.1 \d{3} .*", first), first
        headers = dict(line.split(": ", 1) for line in lines)
        return int(first.split()[1]), headers

    def answer(self) -> tuple[int, bytes]:
        status, headers = self.head()
        return status, self.take(int(headers["Content-Length"]))

    def take(self, length: int) -> bytes:
        while len(self.left) < length:
            assert self._more()
        body, self.left = self.left[:length], self.left[length:]
        return body

    def rest(self) -> bytes:
        """Everything until the server closes the connection."""
        while self._more():
            pass
        return self.left

    def _more(self) -> bool:
        data = self.socket.recv(65536)
        self.left += data
        return bool(data)


@contextmanager
def wire(port: int) -> Iterator[Wire]:
    connection = Wire(port)
    try:
        yield connection
    finally:
        connection.close()


def cookie_of(product: Running) -> str:
    return "Cookie: " + "; ".join(f"{one.name}={one.value}" for one in product.jar)


def collected(product: Running, path: str) -> str:
    """The path of a static file as it is served."""
    manifest = json.loads((product.var_dir / "static" / "staticfiles.json").read_text("utf-8"))["paths"]
    return re.sub(r"{(.*)}", lambda found: manifest[found[1]], path)


# HEAD

EVERY_KIND = (
    ("/", 200),
    ("/indicators/", 200),
    ("/sections/economy/chart.json", 200),
    ("/files/indicators.csv", 200),
    ("/files/indicators.xlsx", 200),
    ("/sign-in/", 302),
    ("/nowhere/", 404),
    ("/people/", 403),
    ("/month/row/", 405),
    ("/static/{favicon.svg}", 200),
    ("/static/nowhere.css", 404),
)


class TestHead:
    @pytest.mark.parametrize(("path", "status"), EVERY_KIND)
    def test_nothing_follows_its_headers(self, product, path, status):
        """HEAD and GET take turns on one connection; each answer begins where the last one ended."""
        cookie, path = cookie_of(product), collected(product, path)
        with wire(product.port) as connection:
            for _turn in range(5):
                connection.send("HEAD", path, cookie)
                assert connection.head()[0] == status
                connection.send("GET", "/method/", cookie)
                found, body = connection.answer()
                assert found == 200
                assert b"<!doctype html>" in body[:50]

    def test_its_length_is_that_of_get(self, product):
        cookie = cookie_of(product)
        with wire(product.port) as connection:
            connection.send("HEAD", "/files/indicators.csv", cookie)
            length = int(connection.head()[1]["Content-Length"])
            connection.send("GET", "/files/indicators.csv", cookie)
            assert len(connection.answer()[1]) == length > 0

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            (("Content-Length: x",), 400),
            (("Content-Length: 99999999999",), 413),
            (("Transfer-Encoding: gzip",), 501),
            (("Content-Type: text/plain; charset=gbk",), 400),
        ],
    )
    def test_nor_those_of_what_the_server_refuses_by_itself(self, product, headers, status):
        with wire(product.port) as connection:
            connection.send("HEAD", "/sign-in/", *headers, "Connection: close")
            assert connection.head()[0] == status
            assert connection.rest() == b""


def nginx_before(port: int, folder: Path) -> str:
    """A configuration as the README names it: connections to the product are kept and shared."""
    places = "\n".join(
        f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
    daemon off;
    pid {folder / "pid"};
    error_log {folder / "error.log"};
    events {{}}
    http {{
        access_log off;
        {places}
        upstream product {{ server 127.0.0.1:{port}; keepalive 1; }}
        server {{
            listen 127.0.0.1:{{port}};
            location / {{
                proxy_pass http://product;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host 127.0.0.1:{port};
            }}
        }}
    }}
    """


@pytest.fixture
def proxy(product: Running, tmp_path: Path) -> Iterator[int]:
    """The port of an nginx in front of the product."""
    program = system.server_program("nginx")
    if program is None:
        (pytest.fail if system.in_ci() else pytest.skip)(f"nginx is missing: {system.install_line([system.NGINX])}")
    port = a_free_port()
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(nginx_before(product.port, tmp_path).replace("{port}", str(port)))
    server = subprocess.Popen([program, "-c", str(configuration), "-e", str(tmp_path / "error.log")])
    try:
        end = time.monotonic() + 30
        while True:
            assert server.poll() is None, (tmp_path / "error.log").read_text()
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                assert time.monotonic() < end
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


class TestBehindNginx:
    def test_nobody_gets_what_somebody_else_asked_for(self, product, proxy):
        """The leader's client asks for the list of figures by HEAD; a stranger's next request stays the stranger's."""
        cookie = cookie_of(product)
        with ExitStack() as stack:
            leader, stranger = (stack.enter_context(wire(proxy)) for _ in range(2))
            for _turn in range(30):
                leader.send("HEAD", "/indicators/", cookie)
                assert leader.head()[0] == 200
                stranger.send("GET", "/sign-in/")
                status, body = stranger.answer()
                assert status == 200
                assert b'name="password"' in body


# Charsets

FORM = "application/x-www-form-urlencoded"
FOREIGN = [
    f"{FORM}; charset=gbk",
    f"{FORM}; charset=gb18030",
    f"{FORM}; charset=latin-1",
    f"{FORM}; charset=utf-16",
    f"{FORM}; charset=idna",
    f"{FORM}; charset=hex",
    f"{FORM}; charset=base64",
    f"{FORM}; charset=zlib",
    f"{FORM}; charset=punycode",
    f"{FORM}; charset=nonsense",
    f"{FORM}; charset=",
    f"{FORM}; charset*=nonsense''utf-8",
    "multipart/form-data; boundary=b; charset=gbk",
    "multipart/form-data; boundary*=nonsense''b",
    "application/json; charset=gbk",
    "text/plain; charset=hex",
]


class TestCharsets:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize("content_type", FOREIGN)
    def test_one_other_than_utf_8_is_refused_with_a_sentence(self, product, content_type, method):
        with wire(product.port) as connection:
            connection.send(method, "/sign-in/?a=%E4", f"Content-Type: {content_type}", body=b"username=a&b=%C4%E3")
            status, body = connection.answer()
            assert status == 400
            assert "须为 UTF-8 编码" in body.decode()
            # The connection goes on.
            connection.send("GET", "/sign-in/")
            assert connection.answer()[0] == 200

    @pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF-8", '; charset="utf-8"'])
    def test_a_form_in_utf_8_is_read(self, product, charset):
        with wire(product.port) as connection:
            connection.send("GET", "/sign-in/")
            status, headers = connection.head()
            assert status == 200
            page = connection.take(int(headers["Content-Length"])).decode()
            (token,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[:1]
            cookie = "Cookie: " + headers["Set-Cookie"].split(";")[0]
            body = f"csrfmiddlewaretoken={token}&username=%E5%BC%A0&password=x".encode()
            connection.send("POST", "/sign-in/", cookie, f"Content-Type: {FORM}{charset}", body=body)
            status, answer = connection.answer()
        assert status == 200
        assert 'value="张"' in answer.decode()


# Slow and idle clients


def is_open(connection: Wire) -> bool:
    """Whether the other side still takes a byte."""
    try:
        connection.socket.sendall(b"x")
    except OSError:
        return False
    return True


class TestSlowClients:
    IDLE, DRIPPING = 200, 100
    #: Seconds. Each answer takes a fraction of one; where slow clients hold the server up it is minutes.
    SOON = 10

    def test_they_hold_nobody_up(self, product):
        cookie = cookie_of(product)
        with ExitStack() as stack:
            for _ in range(self.IDLE):
                stack.enter_context(wire(product.port))
            dripping = [stack.enter_context(wire(product.port)) for _ in range(self.DRIPPING)]
            for number, one in enumerate(dripping):
                # Half of them in the headers, half in the body.
                if number % 2:
                    one.socket.sendall(f"GET / HTTP/1.1\r\nHost: {one.host}\r\nX-Drip: ".encode())
                else:
                    one.socket.sendall(
                        f"POST /sign-in/ HTTP/1.1\r\nHost: {one.host}\r\nContent-Length: 100000\r\n\r\n".encode()
                    )
            slowest = 0.0
            for _turn in range(10):
                for one in dripping:
                    one.socket.sendall(b"x")
                began = time.monotonic()
                with wire(product.port) as visitor:
                    visitor.send("GET", "/", cookie)
                    assert visitor.answer()[0] == 200
                slowest = max(slowest, time.monotonic() - began)
        assert slowest < self.SOON

    def test_they_are_shown_out_in_the_end(self, product):
        """One that says nothing, one that drips, one that takes only the beginning of a large answer."""
        with ExitStack() as stack:
            idle, dripping, greedy = (stack.enter_context(wire(product.port)) for _ in range(3))
            dripping.socket.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Drip: ")
            greedy.send("GET", collected(product, "/static/{vendor/plotly.min.js}"))
            length = int(greedy.head()[1]["Content-Length"])
            end = time.monotonic() + 2 * WAITING_SECONDS
            while is_open(dripping) and time.monotonic() < end:
                time.sleep(0.5)
            assert not is_open(dripping)
            assert idle.rest() == b""
            assert len(greedy.rest()) < length
