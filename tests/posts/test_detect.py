"""Detection of the site generator: by evidence, or as the configuration says."""

from posts.config.options import SITE_KINDS
from posts.sites.detect import KINDS, detect_site
from posts.sites.hints import with_site_above


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


def test_hugo_and_a_folder_of_jekyll(tmp_path):
    (tmp_path / "_posts").mkdir()
    (tmp_path / "hugo.toml").write_text('baseURL = "https://a.example/"\n')
    assert detect_site(tmp_path).kind.label == "Jekyll"
    (tmp_path / "content").mkdir()
    found = detect_site(tmp_path)
    assert (found.kind.label, found.evidence) == ("Hugo", "hugo.toml")
    (tmp_path / "_config.yml").write_text("url: https://a.example\n")
    assert detect_site(tmp_path).kind.label == "Jekyll"


def test_a_folder_of_a_site_names_the_site(tmp_path):
    (tmp_path / "content/blog").mkdir(parents=True)
    (tmp_path / "hugo.toml").write_text('baseURL = "https://a.example/"\n')
    folder, mistakes = tmp_path / "content/blog", [("site.url", "is missing or empty; set it")]
    found = with_site_above(folder, detect_site(folder).kind, mistakes)
    assert found[1][1].startswith(f"this folder is part of the Hugo site {tmp_path} (hugo.toml): give that one")
    assert with_site_above(folder, detect_site(folder).kind, [("site.zone", "is wrong")]) == [("site.zone", "is wrong")]
    assert with_site_above(tmp_path, detect_site(tmp_path).kind, mistakes) == mistakes
