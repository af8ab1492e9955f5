"""Perl's eyes on a mail: MIME-tools for the structure, MIME-Header of Encode for encoded words."""

import json
import re
import subprocess
from collections.abc import Sequence

from delivery.nasty import Seen, page, regular
from needs import require

_PERL = r"""
use MIME::Parser; use Encode; use JSON::PP;
my $parser = MIME::Parser->new; $parser->output_to_core(1); $parser->tmp_to_core(1);
my @seen;
for my $wire (@{ decode_json(do { local $/; <STDIN> }) }) {
    my $mail = $parser->parse_data(encode('latin-1', $wire));
    my $head = $mail->head; $head->unfold;
    my ($plain, $html) = map { decode('UTF-8', $_->bodyhandle->as_string) } $mail->parts;
    my %one = (text => $plain, html => $html);
    for my $name (qw(subject to list-unsubscribe)) {
        my $value = $head->get($name, 0); $value =~ s/\r?\n$//;
        die "more than one $name" if $head->count($name) != 1;
        $one{$name} = decode('MIME-Header', $value);
    }
    die 'a header too many' if $head->count('Bcc');
    push @seen, \%one;
}
print encode_json(\@seen);
"""


def read_by_mime_tools(mails: Sequence[bytes]) -> list[Seen]:
    """Return what MIME-tools reads of each mail."""
    perl = require("perl")
    tried = subprocess.run([perl, "-MMIME::Parser", "-e", "1"], capture_output=True, check=False)
    require("MIME-tools", present=tried.returncode == 0, how="apt install libmime-tools-perl")
    asked = json.dumps([wire.decode("ascii") for wire in mails])
    told = subprocess.run([perl, "-e", _PERL], input=asked.encode(), capture_output=True, check=True)
    return [_seen(each) for each in json.loads(told.stdout)]


def _seen(read: dict[str, str]) -> Seen:
    name, _, address = read["to"].rpartition(" ")
    if name.startswith('"') and name.endswith('"') and name.isascii():
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return Seen(
        subject=read["subject"],
        name=name,
        address=address.strip("<>"),
        unsubscribe=read["list-unsubscribe"],
        text=regular(read["text"]),
        **page(read["html"]),
    )
