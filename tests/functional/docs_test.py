"""The examples in the documents, run as they stand."""
import os
import re
import subprocess
import sys
import unittest

from harness import DEADLINE_S, ROOT, HostCase, main


class Examples(HostCase):
    def test_the_readme_example_prints_ten_steps_and_the_premium(self):
        text = (ROOT / "README.md").read_text()
        (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
        self.assertIn("127.0.0.1:8080", example)
        example = example.replace("127.0.0.1:8080", self.host.listen)
        outcome = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, timeout=DEADLINE_S,
                                 env={**os.environ, "TOKEN": self.host.token("agent")})
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        lines = outcome.stdout.split("\n")
        self.assertEqual(sum(line.startswith("calculation:progress") for line in lines), 10)
        self.assertIn("calculation:complete 501.0", lines)

    def test_every_link_between_documents_leads_somewhere(self):
        pages = [page for page in ROOT.rglob("*.md") if not {"build", "node_modules"} & set(page.relative_to(ROOT).parts)]
        self.assertGreater(len(pages), 10)
        for page in pages:
            for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text()):
                self.assertTrue((page.parent / target).exists(), f"{page.relative_to(ROOT)} → {target}")


if __name__ == "__main__":
    main()
