"""What mail programs lack is told from the bundled data, and a clean mail has none of it."""

import json

import pytest

from digest.flows.clients_refresh import measured_baseline, reduced
from digest.model.finding import Level
from digest.render.clients import DATA, client_data, weights
from digest.render.lint import lint
from digest.render.lint.features import used
from digest.render.lint.mail import Mail
from digest.render.mjml import to_html
from render.test_lint import SOUND, findings, inserted

ORIGINAL = {
    "api_version": "1.0", "last_update_date": "2026-05-01",
    "nicenames": {
        "family": {"gmail": "Gmail", "outlook": "Outlook"}, "platform": {"ios": "iOS", "windows": "Windows"},
    },
    "data": [
        {"slug": "css-gap", "title": "gap", "category": "css", "stats": {
            "outlook": {"windows": {"2007": "n", "2019": "a #1"}}, "gmail": {"ios": {"2026-01": "y"}}}},
        {"slug": "css-float", "title": "float", "category": "css", "stats": {
            "gmail": {"ios": {"2026-01": "u"}}}},
        {"slug": "amp", "title": "AMP", "category": "others", "stats": {}},
    ],
}  # fmt: skip


def test_the_data_says_where_it_came_from_and_under_which_licence() -> None:
    about = client_data().about

    assert "caniemail.com" in about["source"]
    assert len(about["sha256"]) == 64
    assert "MIT License" in DATA.with_suffix(".LICENSE").read_text("utf-8")


def test_the_newest_version_of_each_program_is_kept() -> None:
    data = reduced(json.dumps(ORIGINAL).encode(), "a test", ["css-gap", "css-color"])

    assert data["clients"] == {"gmail.ios": "Gmail (iOS)", "outlook.windows": "Outlook (Windows)"}
    assert data["features"] == {"css-float": ["float", "u-"], "css-gap": ["gap", "ya"]}
    assert data["baseline"] == ["css-gap"]


def test_the_baseline_is_what_mjml_and_the_template_use_today() -> None:
    known = client_data().features

    assert client_data().baseline == {slug for slug in measured_baseline() if slug in known}


def test_the_programs_weights_are_one_in_all() -> None:
    assert sum(weights(client_data().clients).values()) == pytest.approx(1)


def test_support_is_told_with_the_share_of_programs() -> None:
    flex = client_data().support("css-display-flex")

    assert "Outlook (Windows)" in flex.lacking
    assert 0 < flex.lacking_share < 0.5
    assert flex.address.endswith("/features/css-display-flex/")


def test_a_sound_mail_has_no_finding_about_mail_programs() -> None:
    assert [
        finding for finding in findings() if finding.code.startswith(("client-", "padding-", "colour-"))
    ] == []


def test_a_plain_mjml_document_has_none_either() -> None:
    html = to_html(
        '<mjml lang="en"><mj-body><mj-section><mj-column><mj-text>Words</mj-text>'
        '<mj-button href="https://a.example/">Go</mj-button></mj-column></mj-section></mj-body></mjml>'
    )
    codes = {finding.code for finding in lint(SOUND.__class__(
        subject="A", preheader="", html=html, text="", nonce="n0"), bulk=False)}  # fmt: skip

    assert not {code for code in codes if code.startswith("client-")}


@pytest.mark.parametrize(
    ("html", "slug"),
    [
        ('<div style="display:flex">x</div>', "css-display-flex"),
        ('<div style="display:inline-flex">x</div>', "css-display-flex"),
        ('<div style="width:calc(100% - 2rem)">x</div>', "css-unit-calc"),
        ('<div style="width:calc(100% - 2rem)">x</div>', "css-unit-rem"),
        ('<div style="width:50vw">x</div>', "css-unit-vw"),
        ('<div style="background:linear-gradient(#fff,#000)">x</div>', "css-linear-gradient"),
        ('<img src="https://a.example/x.webp?v=1" alt="x">', "image-webp"),
        ('<img src="data:image/png;base64,AA" alt="x">', "image-base64"),
        ('<img src="x.jpg" srcset="y.jpg 2x" alt="x">', "html-srcset"),
        ('<a href="#end">x</a>', "html-anchor-links"),
        ('<section>x</section>', "html-semantics"),
        ('<input type="checkbox">', "html-input-checkbox"),
        ('<style>p + p { color:red }</style>', "css-selector-adjacent-sibling"),
        ('<style>p:hover::after { content:"" }</style>', "css-pseudo-class-hover"),
        ('<style>p:hover::after { content:"" }</style>', "css-pseudo-element-after"),
        ('<style>@media (orientation:landscape) { p { gap:1px } }</style>', "css-at-media-orientation"),
        ('<style>@media (orientation:landscape) { p { gap:1px } }</style>', "css-gap"),
        ('<style>@font-face { font-family:x }</style>', "css-at-font-face"),
    ],
)  # fmt: skip
def test_a_feature_is_found_wherever_it_is_used(html: str, slug: str) -> None:
    assert slug in used(Mail(rendering=inserted(html)))
    assert slug in client_data().features


def test_text_is_no_feature() -> None:
    mail = Mail(rendering=inserted("display:flex 3rem var(--x) max(1, 2)"))

    assert not {"css-display-flex", "css-unit-rem", "css-variables", "css-function-max"} & set(used(mail))


def test_what_is_for_outlook_alone_is_left_out() -> None:
    mail = Mail(rendering=inserted('<!--[if mso]><div style="display:flex">x</div><![endif]-->'))

    assert "css-display-flex" not in used(mail)


def test_a_finding_names_programs_share_and_the_page_that_tells_more() -> None:
    (found,) = (
        f for f in findings(inserted('<div style="position:absolute">x</div>')) if f.code == "client-breaks"
    )

    assert found.level is Level.WARNING
    assert "Gmail" in found.message
    assert "% of mail programs" in found.message
    assert "https://www.caniemail.com/features/css-position/" in found.message
    assert found.element == '<div style="position:absolute">'
