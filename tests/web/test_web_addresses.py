import pytest

from newsbeam.transforms.core.errors import ConfigError, InputError
from newsbeam.transforms.web.addresses import check_address, parse_networks
from newsbeam.transforms.web.urls import hostname_of, parse_url, server_of

BLOCKED = """
127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 169.254.170.2
100.64.0.1 100.100.100.200 192.0.0.192 192.0.0.9 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1
203.0.113.1 168.63.129.16 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::8.8.8.8
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::7f00:1 64:ff9b:1::808:808
2002:7f00:1:: 2002:a9fe:a9fe:: 2001:0:7f00:1:: 2001::1 2001:db8::1 2001:2::1 2001:10::1 3fff::1
fe80::1 fe80::1%eth0 fec0::1 fc00::1 fd00:ec2::254 ff02::1 ff0e::1 100::1 5f00::1 4000::1
"""

PUBLIC = """
8.8.8.8 1.1.1.1 93.184.216.34 172.15.0.1 172.32.0.1 100.128.0.1 192.0.1.1
2606:4700:4700::1111 2a00:1450:4001::1 64:ff9b::808:808 ::ffff:8.8.8.8
"""


@pytest.mark.parametrize("address", BLOCKED.split())
def test_what_is_not_public_is_blocked(address):
    with pytest.raises(InputError) as caught:
        check_address(address)
    assert caught.value.reason == "blocked_address"


@pytest.mark.parametrize("address", PUBLIC.split())
def test_public_addresses_pass(address):
    check_address(address)


@pytest.mark.parametrize(
    "spelling",
    [
        "127.1",
        "0x7f000001",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "①②⑦.⓪.⓪.①",
        "%31%32%37.0.0.1",
        "127。0。0。1",
        "127.0.0.1.",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "0",
    ],
)
def test_each_spelling_of_loopback_ends_at_a_blocked_address(spelling):
    hostname = hostname_of(parse_url(f"http://{spelling}:8080/", 2048))
    with pytest.raises(InputError) as caught:
        check_address(hostname)
    assert caught.value.reason == "blocked_address"


def test_the_allow_list_lets_its_ranges_pass_and_nothing_else():
    allowed = parse_networks(["127.0.0.0/8", "fd00::1"])
    for address in ("127.0.0.1", "::ffff:127.0.0.1", "fd00::1"):
        check_address(address, allowed)
    for address in ("10.0.0.1", "fd00::2", "::127.0.0.1"):
        with pytest.raises(InputError):
            check_address(address, allowed)


def test_a_bad_range_is_a_configuration_error_that_names_the_key():
    with pytest.raises(ConfigError, match=r"allow_addresses.*127\.0\.0/8"):
        parse_networks(["127.0.0/8"])


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://x/", "//x/", "", "http://a b/"])
def test_what_is_no_web_url_is_refused(url):
    with pytest.raises(InputError) as caught:
        parse_url(url, 2048)
    assert caught.value.reason == "bad_url"


def test_long_urls_are_refused():
    parse_url("http://x.example/" + "a" * 100, 200)
    with pytest.raises(InputError, match="more than 200"):
        parse_url("http://x.example/" + "a" * 200, 200)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://paper.example/a", "paper.example"),
        ("http://Paper.example.:80/a", "paper.example"),
        ("https://paper.example:8080/a", "paper.example:8080"),
        ("http://[::1]:8080/", "::1:8080"),
        ("https://us[er@paper.example/a", "paper.example"),
        ("https://[paper.example/a", ""),
    ],
)
def test_every_address_has_a_server_even_one_with_odd_brackets(url, server):
    assert server_of(url) == server
