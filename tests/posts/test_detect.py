"""Detection of the site generator: by evidence, or as the configuration says."""

from posts.config.options import SITE_KINDS
from posts.sites.detect import KINDS, detect_site


def test_every_kind_can_be_set_in_the_configuration():
    assert tuple(KINDS) == SITE_KINDS


def test_evidence_is_a_path_of_the_site(tmp_path):
    assert detect_site(tmp_path)[1] == "."
    (tmp_path / "_posts").mkdir()
    assert detect_site(tmp_path)[1] == "_posts/"
    (tmp_path / "_config.yml").write_text("url: https://a.example\n")
    found = detect_site(tmp_path)
    assert (found.kind.label, found.evidence) == ("Jekyll", "_config.yml")


def test_the_configuration_decides_against_the_evidence(tmp_path):
    (tmp_path / "_posts").mkdir()
    found = detect_site(tmp_path, "folder")
    assert (found.kind.label, found.evidence) == ("plain folder", "[site] kind")


def test_an_unknown_kind_is_left_to_the_decoder_of_options(tmp_path):
    assert detect_site(tmp_path, "gopher").kind.label == "plain folder"
    assert detect_site(tmp_path, ["jekyll"]).kind.label == "plain folder"
