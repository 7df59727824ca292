"""What a dialect takes from other posts: in a run over all posts, and in one over those that changed."""

from pathlib import Path

from tests.sites import Command

CONFIG = '[site]\nurl = "https://a.example"\n'


def note(title: str, body: str, **more: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in more.items())
    return f"---\ntitle: {title}\ndate: 2024-05-06\n{lines}---\n{body}\n"


def test_a_link_between_notes_follows_the_page_of_the_other_note(feedmill: Command, tmp_path: Path) -> None:
    files = {"feedmill.toml": CONFIG, "notes/a.md": note("A", "See [[b|the other]]."), "notes/b.md": note("B", "x")}
    root = tmp_path / "site"
    (root / "notes").mkdir(parents=True)
    for name, text in files.items():
        (root / name).write_text(text, "utf-8")
    feedmill(root, "--now", "2024-06-01")
    feed = root / "feeds/feed.json"
    assert '<a href=\\"https://a.example/notes/b.html\\">the other</a>' in feed.read_text("utf-8")
    (root / "notes/b.md").write_text(note("B", "x", permalink="/elsewhere/"), "utf-8")
    feedmill(root, "--now", "2024-06-02")
    assert '<a href=\\"https://a.example/elsewhere/\\">the other</a>' in feed.read_text("utf-8")
    (root / "notes/b.md").unlink()
    feedmill(root, "--now", "2024-06-03", "--allow-removals")
    assert "See the other." in feed.read_text("utf-8")
