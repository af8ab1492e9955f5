"""Load a template by name and let it write, with every error told by file and line.

A template is a folder: `edition.mjml` and `edition.txt` (Jinja2), `prose.css` for authors'
HTML, and `words.json` where it has words of its own. It may extend a bundled file as
`bundled/brief/edition.mjml`. A file is looked for in the newsroom's folders first, then
among the bundled ones.
"""

import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

import jinja2

from digest.model.errors import RenderError
from digest.render.components import MarkupWrong
from digest.render.environment import FAULTS, MARK, check_blocks, environment
from digest.render.words import Words, load_words

MAX_OUTPUT = 2_000_000  #: characters that one file may write
MAIN = "edition.mjml"  #: a folder with this file in it is a template


def bundled_templates() -> Path:
    """Return the folder of the templates that come with the program."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "bundled" / "templates"
    return installed if installed.is_dir() else package.parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Template:
    """A template, ready to write."""

    name: str
    folders: tuple[Path, ...]  #: where its files are looked for, in order
    caged: bool  #: runs in the sandbox, because a folder of an editor is among `folders`
    words: Words
    prose_css: str  #: rules for what authors wrote

    def write(self, file: str, variables: Mapping[str, object]) -> str:
        """Return what `file` (`brief/edition.mjml`) writes with `variables`.

        Raises:
            RenderError: with file and line: bad syntax, an unknown variable, a missing part.
        """
        made = environment(self.folders, self.caged)
        out: list[str] = []
        size = 0
        try:
            for chunk in made.get_template(file).generate(variables):
                out.append(chunk)
                size += len(chunk)
                if size > MAX_OUTPUT:
                    raise RenderError(f"{file}: writes more than {MAX_OUTPUT} characters")
        except FAULTS as error:
            self._explain(error, file)
        return "".join(out)

    def blame(self, wrong: MarkupWrong, file: str, variables: Mapping[str, object]) -> RenderError:
        """Return the error in what `file` wrote, told by the line of the template that wrote it."""
        made = environment(self.folders, self.caged, marked=True)
        lines = made.get_template(file).render(variables).split("\n")
        upto = lines[: wrong.line]
        marks = [mark for line in upto for mark in MARK.finditer(line)]
        written = MARK.sub("", upto[-1]) if upto else ""
        excerpt = f": {written.strip()[:100]}" if written.strip() else ""
        if not marks:
            return RenderError(f"{file}: {wrong.why}{excerpt}")
        path, line = Path(marks[-1][1]), int(marks[-1][2])
        source = path.read_text("utf-8").split("\n")[line - 1]
        same = source[: wrong.column] == written[: wrong.column]
        column = wrong.column if same else len(source) - len(source.lstrip()) + 1
        return RenderError(f"{self._shown(path)}:{line}:{column}: {wrong.why}{excerpt}")

    def check(self, file: str) -> None:
        """Raise RenderError when `file` does not parse or overrides a block that is not there."""
        try:
            made = environment(self.folders, self.caged)
            found = next((f / file for f in self.folders if (f / file).is_file()), Path(file))
            check_blocks(made, file, self._shown(found))
        except FAULTS as error:
            self._explain(error, file)

    def _explain(self, error: Exception, file: str) -> NoReturn:
        where = file
        for frame in traceback.extract_tb(error.__traceback__):
            if any(Path(frame.filename).is_relative_to(folder) for folder in self.folders):
                where = f"{self._shown(Path(frame.filename))}:{frame.lineno}"
        why = str(error) or type(error).__name__
        if isinstance(error, jinja2.TemplateSyntaxError):
            where = f"{self._shown(Path(error.filename or file))}:{error.lineno}"
            why = error.message or "bad syntax"
        elif isinstance(error, jinja2.TemplateNotFound):
            names = environment(self.folders, self.caged).list_templates()
            why = f"there is no {error}{_hint(str(error), names)}"
        elif not isinstance(error, jinja2.TemplateError | LookupError):
            why = f"{type(error).__name__}: {why}"
        elif isinstance(error, KeyError):
            why = f"no value for {error}"
        raise RenderError(f"{where}: {why}") from error

    def _shown(self, path: Path) -> str:
        """Return `path` as its writer knows it: `templates/brief/edition.mjml`."""
        for folder in self.folders:
            if path.is_relative_to(folder):
                return str(path.relative_to(folder.parent))
        return str(path)


def load_template(name: str, folders: Sequence[Path] = (), *, main: str = MAIN) -> Template:
    """Return the template called `name`: from the first of `folders` that has it, else the bundled one.

    `main` is the file that makes the folder a template.

    Raises:
        RenderError: there is none of that name, a file of it does not parse, or it overrides a
            block that what it extends does not have.
    """
    bundled = bundled_templates()
    own = [folder.resolve() for folder in folders if folder.is_dir() and any(folder.iterdir())]
    places = tuple(dict.fromkeys([*(folder for folder in own if folder != bundled), bundled]))
    if not any((place / name / main).is_file() for place in places):
        there = sorted({path.parent.name for place in places for path in place.glob(f"*/{MAIN}")})
        raise RenderError(f"{name}: no template of that name{_hint(name, there)}")
    upwards = places[::-1]
    words = [place / "parts" / "words.json" for place in upwards]
    words += [place / name / "words.json" for place in upwards]
    css = [place / name / "prose.css" for place in places] + [bundled / "brief" / "prose.css"]
    template = Template(
        name=name,
        folders=places,
        caged=places != (bundled,),
        words=load_words([path for path in words if path.is_file()]),
        prose_css=next(path for path in css if path.is_file()).read_text("utf-8"),
    )
    template.check(f"{name}/{main}")
    return template


def _hint(wanted: str, known: Iterable[str]) -> str:
    close = get_close_matches(wanted, sorted(known), n=1)
    return f": did you mean {close[0]}?" if close else f": there are {', '.join(sorted(known)) or 'none'}"
