"""What the guide tells auditors to type gives what it promises."""

import subprocess
from pathlib import Path

from zhagen.core.draws import draw

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "auditor.md"
SEED = bytes(range(32))


def test_the_shell_lines_of_the_guide_repeat_a_draw(tmp_path) -> None:
    doors = [f"{building}-{door}" for building in range(1, 4) for door in range(101, 109)]
    (tmp_path / "list.txt").write_text("".join(f"{door}\n" for door in doors))
    script = GUIDE.read_text("utf-8").split("with nothing but `sha256sum`:\n```\n")[1].split("```")[0]
    script = script.replace("SEED", SEED.hex()).replace("TEXT", "root 17")

    shown = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)

    drawn = [line.split()[1] for line in shown.stdout.splitlines()[1:]]
    assert drawn == draw(SEED, doors, 5, public="root 17")
