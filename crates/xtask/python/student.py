"""Writes the student edition of executed notebooks:

    student.py TARGET NOTEBOOK ...

    TARGET/A1.ipynb                      for students
    TARGET/nbgrader/source/A1/A1.ipynb   the same with solutions and hidden tests, for nbgrader
    TARGET/nbgrader/nbgrader_config.py

Everything follows from the notebooks by rule. In a question of set-up (`A1-S2`) code is given. In
any other, a cell that defines variables or functions is the student's: bodies become `todo!()`, what is a mere
list or number stays, and comments say which variables later cells need and what of the crate is of use. Where the
notebook was executed with descriptions of its variables, a cell below checks the student's. A cell that only shows
something, or holds only constants, is given. An answer becomes a sentence with an empty claim, and a check below it.
A cell with the tag `given` or `solution` is treated so whatever the rule says; its metadata can say more:
`fashion.needs` what each variable is, `fashion.about` which of several answers this is.
"""

import copy
import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

RECORD = "application/vnd.fashion.answer+json"

GREETING = """\
**Student edition.** Run the cells from the top. Where `todo!` stands, the code is yours: functions keep their \
signature, and comments say which variables later cells need and what of the crate is of use. Where a cell below it checks them, run \
that too. \
`cargo doc --open -p fashion` describes it, as Shift-Tab behind a name does, and docs/TRANSLATION.md has the names that scikit-learn and Keras use for it. Write \
helpers as `fn`: a `let` cannot keep a closure for the cells below. An \
answer wants a sentence, a condition that the computer can judge, and the figures that show it, with three digits or \
more after any zeros: 8.42 % or 0.0842, not 0.084. A `Difference` prints itself by `.in_points().decimals(2)`, `Runs` have \
a `.mean()`. The check below an answer says whether your claims hold; it does not say what to claim. What a notebook \
proposes to **change first** is for later: checks of variables know the notebook as it is."""

CONFIG = '''\
# Written by `cargo xtask student`. In this folder: nbgrader generate_assignment A1
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, Execute, NbGraderPreprocessor

GUARD

class NoForgery(NbGraderPreprocessor):
    """A submission that would grade itself is not executed: a person has to look at it."""

    def preprocess_cell(self, cell, resources, index):
        found = forgeries(cell.source) if cell.cell_type == "code" else []
        if found:
            raise ValueError(f"cell {cell.get('id', index)}: {'; '.join(found)}. Nothing was executed; look at it, "
                             "and see docs/TEACHING.md")
        return cell, resources


class StudentText(NbGraderPreprocessor):
    """Puts the student's text, which the source notebook carries, in the place of a solution."""

    def preprocess_cell(self, cell, resources, index):
        text = cell.metadata.get("fashion", {}).pop("student", None)
        if text is not None:
            cell.source = text
        return cell, resources


class ExecuteRust(Execute):
    """evcxr's reply to a cell that does not compile lacks the fields that nbgrader reads."""

    def on_cell_executed(self, cell, **arguments):
        if not any(output.output_type == "error" for output in cell.outputs):
            super().on_cell_executed(cell=cell, **arguments)


def exchanged(steps, old, new):
    return [new if step is old else step for step in steps.default_args[0]]


c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "fashion-mnist"
c.GenerateAssignment.preprocessors = exchanged(GenerateAssignment.preprocessors, ClearSolutions, StudentText)
executed = exchanged(Autograde.autograde_preprocessors, Execute, ExecuteRust)
c.Autograde.autograde_preprocessors = [NoForgery, *executed]
# Seconds for a cell; a training may take minutes.
c.Execute.timeout = int(os.environ.get("FASHION_GRADE_SECONDS", "3600"))
limited()
'''.replace("GUARD\n", (Path(__file__).parent / "grade_guard.py").read_text(encoding="utf-8"))


@dataclass
class Item:
    """A statement or an item at the top level of a cell, with the comments above it."""

    lines: list

    @property
    def text(self):
        return "\n".join(self.lines)

    @property
    def head(self):
        """The first line that is no comment and no attribute."""
        code = (line for line in self.lines if not line.startswith(("//", "#[")))
        return next(code, "")

    @property
    def is_function(self):
        return re.match(r"(pub )?fn ", self.head) is not None

    @property
    def is_answer(self):
        return self.head.startswith("answer(")

    @property
    def names(self):
        """What a `let` defines, as `name` or `name: Type`."""
        found = re.match(r"let (?:mut )?(\w+)(: [^=]+?)? =", self.head)
        if found:
            return [found[1] + (found[2] or "")]
        pattern = re.match(r"let ([(\[].*?[)\]])(: [^=]+?)? =", self.head)
        if not pattern:
            return []
        names = [name for name in re.findall(r"\w+", pattern[1]) if name not in ("mut", "_")]
        kind = (pattern[2] or "")[1:].strip()
        if pattern[1].startswith("["):
            # `[f64; 2]`: all have the same type.
            types = [kind[1 : kind.rfind(";")]] * len(names) if ";" in kind else []
        else:
            types = re.findall(r"[\w<>&\[\]; ]+", kind.strip("()"))
        if len(types) == len(names):
            return [f"{name}: {kind.strip()}" for name, kind in zip(names, types)]
        return names

    @property
    def is_display(self):
        """An expression: it has no semicolon, and defines nothing."""
        return not self.text.rstrip().endswith((";", "}")) and not self.names

    @property
    def is_constant(self):
        return re.match(r"(pub )?(const|static|type|struct|enum|impl|use|trait) ?", self.head) is not None

    @property
    def is_input(self):
        """A `let` of numbers and texts: part of the question, not of the solution."""
        value = re.search(r"^let (?!mut |\(mut )[^=]* = (.*);$", self.text, re.S | re.M)
        if not value or not self.names:
            return False
        named = r'"[^"]*"|\d[\d_.]*(?:[iuf]\d+|e-?\d+)?|\bActivation::\w+'
        words = re.findall(r"[A-Za-z_]\w*", re.sub(named, "", value[1]))
        return all(word in PLAIN for word in words)

    def shown(self):
        """What a display item shows, on one line; what is long ends after its title."""
        line = re.sub(r"\(\s+|\s+(?=[.)])", lambda found: found[0].strip(), " ".join(self.text.split()))
        if len(line) <= 100:
            return line
        title = re.match(r'[^"]*?"[^"]*"', line)
        return f"{title[0]}, ..." if title and title.end() < 100 else line[: line.find("(") + 1] + "..."

    def stub(self, question):
        """A function with its signature and without its body."""
        end = next(i for i, line in enumerate(self.lines) if line.endswith("{"))
        return "\n".join([*self.lines[: end + 1], f'    todo!("{question}: your code")', "}"])


def items(source):
    """Splits a cell: a new item begins at each line that is neither indented nor closes one."""
    found, pending = [], []
    for line in source.splitlines():
        continues = not line or line[0] in " \t)}]."
        if line.startswith(("//", "#[")):
            pending.append(line)
        elif continues and found and not pending:
            found[-1].lines.append(line)
        else:
            found.append(Item([*pending, line]))
            pending = []
    return found


def computed(item):
    """What an item computes with: no comments; of its texts only the names in braces; of a function nothing, because in
    a cell it sees no variables."""
    if item.is_function:
        return ""
    code = re.sub(r"^\s*//.*$", "", item.text, flags=re.M).replace("'\"'", "")
    return re.sub(r'"(?:[^"\\]|\\.)*"', lambda text: " ".join(re.findall(r"{(\w+)", text[0])), code, flags=re.S)


def uses(sources, name):
    """Whether code in some of these cells, which follow each other, uses a variable before it is defined anew."""
    name = re.escape(name.split(":")[0])
    # Not `name: value`, a field.
    use = rf"(?<![\w.]){name}\b(?!\(|\s*:(?!:))|\.\.=?{name}\b"
    for item in (item for source in sources for item in items(source)):
        code = computed(item)
        first = re.search(use, code)
        # A closure's own variable. One of the same name outside of it would be unkind to readers.
        if re.search(rf"\|[^|\n]*\b{name}\b[^|\n]*\|", code):
            first = None
        anew = re.search(rf"\blet [^=;]*\b{name}\b[^=;]*=([^;]*)", code)
        if first and (anew is None or first.start() < anew.start()):
            return True
        if anew:
            # `let table = table.row(..)` uses the old one.
            return first is not None and re.search(use, anew[1]) is not None
    return False


def public_names():
    """The types, methods and free functions that notebooks can use, as the sources have them."""
    types, methods, functions = set(), set(), set()
    for crate in ("base", "statistics", "svc", "fashion"):
        for path in (Path(__file__).resolve().parents[2] / crate / "src").rglob("*.rs"):
            source = path.read_text(encoding="utf-8")
            types.update(re.findall(r"pub (?:struct|enum|trait) (\w+)", source))
            methods.update(re.findall(r"^ +pub (?:const )?fn (\w+)", source, re.M))
            functions.update(re.findall(r"^pub fn (\w+)", source, re.M))
            for trait in re.findall(r"^pub trait .*?^}", source, re.M | re.S):
                methods.update(re.findall(r"^    fn (\w+)", trait, re.M))
    return types, methods - STANDARD, functions - STANDARD


def local_names(parts):
    """Closures and arguments that are functions: called, these are no functions of the crate or the notebook."""
    code = "\n".join(item.text for item in parts)
    return set(re.findall(r"\blet (\w+) = (?:move )?\|", code)) | set(re.findall(r"\b(\w+): &?(?:impl|dyn) Fn", code))


def of_use(parts, own):
    """What of the crate the model solution calls, in its order; `own` are functions of the notebook."""
    types, methods, functions = public_names()
    functions -= local_names(parts)
    code = re.sub(r'"[^"]*"', "", "\n".join(item.text for item in parts if not item.is_input))
    if "Sequential" not in code:
        # Elsewhere it is an iterator's.
        methods.discard("flatten")
    found = []
    for kind, path, method, function in re.findall(r"\b([A-Z]\w*)::(\w+)|\.(\w+)\(|(?<![.:\w])([a-z_]\w*)\(", code):
        if kind in types:
            found.append(kind if path == "new" else f"{kind}::{path}")
        elif method in methods and method not in own:
            found.append(f".{method}")
        elif function in functions and function not in own:
            found.append(function)
    return list(dict.fromkeys(found))


def from_above(parts, own):
    """The notebook's functions that the model solution calls and does not define."""
    code = re.sub(r'"[^"]*"', "", "\n".join(item.text for item in parts))
    here = set(re.findall(r"^fn (\w+)", code, re.M)) | local_names(parts)
    return [name for name in dict.fromkeys(re.findall(r"(?<![.:\w])([a-z_]\w*)\(", code)) if name in own - here]


def what_it_has(shown, parts):
    """Of a table that is shown by its name: its title and columns."""
    name = shown.removeprefix("&")
    table = re.compile(rf'\blet (?:mut )?{re.escape(name)} = Table::new\(("[^"]*", \[[^]]*\])\)')
    for item in parts:
        if found := table.search(" ".join(item.text.split())):
            return f"{shown}, a table: {found[1]}"
    return shown


def described(name):
    """`name: Type` as `name (Type)`."""
    name, _, kind = name.partition(": ")
    return f"{name} {kind if kind.startswith('(') else f'({kind})'}" if kind else name


def wrapped(start, words, width=100):
    """A comment with a list of words, in lines that a page holds."""
    lines, line = [], f"// {start} {words[0]}"
    for word in words[1:]:
        if len(line) + len(word) + 2 > width:
            lines.append(line + ",")
            line = f"//     {word}"
        else:
            line += f", {word}"
    return [*lines, line]


def stub(parts, question, later, needs, own):
    """The student's version of a solution cell; `needs` says what its variables are."""
    kept = [item.stub(question) if item.is_function else item.text
            for item in parts if item.is_function or item.is_constant or item.is_input]  # fmt: skip
    # What has a description has a check below, too.
    defined = (name for item in parts if not item.is_input for name in item.names)
    names = list(dict.fromkeys(name for name in defined if name.split(":")[0] in needs or uses(later, name)))
    told = [name for name in names if name.split(":")[0] in needs]
    if told:
        kept.append("// Later cells need:")
        kept += [f"//     {described(name)}: {needs[name.split(':')[0]]}" for name in told]
    if rest := [name for name in names if name not in told]:
        kept += wrapped("Later cells need also:" if told else "Later cells need:", rest)
    if used := of_use(parts, own):
        kept += wrapped("Of use:", used)
    if above := from_above(parts, own):
        kept += wrapped("From above:", above)
    if parts and parts[-1].is_display:
        kept.append("// Show at the end: " + what_it_has(parts[-1].shown(), parts))
    gone = (item for item in parts if not (item.is_function or item.is_constant or item.is_input or item.is_display))
    if any(gone) or not any(item.is_function for item in parts):
        kept.append(f'todo!("{question}: your code")')
    return "\n".join(kept)


def figures(record):
    """The figures that a model answer rests on; `fashion::answer::Check` reads them by the same rule."""
    texts = [claim["evidence"].strip() or claim["text"] for claim in record["claims"]]
    texts += [comparison["ours"] for comparison in record["comparisons"]]
    for text in texts:
        for number in re.findall(r"[0-9.]+", text.replace(",", "")):
            digits = number.replace(".", "").lstrip("0")
            if len(digits) > 2 and len(digits.rstrip("0")) > 1:
                yield str(int(digits[:3]) + (digits[3:4] >= "5"))


# With fewer figures in the model answer, a good answer may well name others.
FEWEST_FIGURES = 3


def seals(record):
    """Those figures as hashes, so that a student cannot read them; none if they are too few to be asked for."""
    sealed = {hashlib.sha256(f"{record['id']}:{figure}".encode()).hexdigest()[:8] for figure in figures(record)}
    return sorted(sealed) if len(sealed) >= FEWEST_FIGURES else []


def statements(record):
    """How many claims, comparisons and tables of the model answer earn their point, by the rule of
    `fashion::answer::Check`: a figure unlike the original's does if the answer says why."""
    good = [claim["holds"] is not False for claim in record["claims"]]
    good += [one["comparable"] and (one["outcome"] != "differs" or one["reason"] is not None) for one in record["comparisons"]]
    good += [one["comparable"] and (one["reproduced"] == len(one["rows"]) or one["reason"] is not None) for one in record["tables"]]
    return sum(good)


def record_of(cell):
    """What an executed answer states."""
    for output in cell.outputs:
        if RECORD in output.get("data", {}):
            return output["data"][RECORD]
    sys.exit(f"cell {cell.id} has no answer in its output; run `cargo xtask run` first")


def indented(lines, depth=4):
    return "\n".join(" " * depth + line if line else line for line in lines)


def text_list(texts, width=8):
    """Rust's strings in a list, some per line."""
    rows = [texts[i : i + width] for i in range(0, len(texts), width)] or [[]]
    lines = [", ".join(f'"{text}"' for text in row) for row in rows]
    return lines[0] if len(lines) == 1 else "\n" + indented([line + "," for line in lines], 8) + "\n    "


def rust_text(text):
    """A text in Rust."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def code_cell(cell_id, source, question, student=None, **nbgrader):
    """A code cell; `student` is what stands there for a student."""
    cell = nbformat.v4.new_code_cell(source, id=cell_id)
    cell.metadata["fashion"] = {"question": question}
    if student is not None:
        cell.metadata["fashion"]["student"] = student
    if nbgrader:
        cell.metadata["nbgrader"] = {
            "schema_version": 3, "grade_id": cell_id, "cell_type": "code", "task": False, **nbgrader,
        }  # fmt: skip
    return cell


# What a list of numbers or texts may contain besides them.
PLAIN = {"vec", "profile", "choose", "Vec", "String", "str", "from", "to_string", "to_vec", "usize", "u32", "u64", "i32",
         "f32", "f64", "bool", "true", "false"}  # fmt: skip

# Functions of the crates whose names everybody knows from Rust's own library or from linfa's.
STANDARD = {"new", "len", "is_empty", "iter", "get", "map", "max", "min", "sum", "push", "contains", "first", "last",
            "from", "default", "as_slice", "to_vec", "mean", "zeros", "records", "targets", "row", "column", "dot", "rows",
            "abs", "name", "select", "with", "find", "values", "entry", "start", "end", "of", "take", "dim", "sqrt",
            "clone", "labels", "shape", "sort", "split", "count", "elapsed", "columns", "at", "all"}  # fmt: skip

SOLUTION = {"grade": False, "solution": True, "locked": False}


class Edition:
    """The cells of one notebook, turned one after the other."""

    def __init__(self, notebook, profile):
        self.cells = notebook.cells
        self.profile = profile
        self.own = set()
        self.with_code = set()
        self.answers = {}

    def build(self):
        return [new for index in range(len(self.cells)) for new in self.turn(index)]

    def turn(self, index):
        """The cells that take the place of one."""
        cell = self.cells[index]
        # Functions of the notebook, those of the cells above and of this one.
        self.own |= set(re.findall(r"^fn (\w+)", cell.source, re.M))
        question = cell.metadata.get("fashion", {}).get("question")
        if cell.cell_type != "code" or not question:
            return [self.given(cell)]
        later = [other.source for other in self.cells[index + 1 :] if other.cell_type == "code"]
        parts = items(cell.source)
        if parts and parts[-1].is_answer:
            return self.answer(cell, question, parts, later)
        if any(item.is_answer for item in parts):
            sys.exit(f"cell {cell.id}: an answer must be the last expression of its cell")
        if not self.is_solution(cell, question, parts):
            return [self.given(cell)]
        self.with_code.add(question)
        student = stub(parts, question, later, self.needs(cell), self.own)
        return [code_cell(cell.id, cell.source, question, student, **SOLUTION), *self.variables(cell, question)]

    def variables(self, cell, question):
        """A cell that compares the student's variables with what the executed notebook has recorded of its own."""
        about = cell.metadata.get("fashion", {})
        recorded = about.get("imprints", {})
        if not recorded:
            return []
        profile = self.profile.capitalize()
        path = "::fashion::answer"
        # In the order of the code: what is off first may be why the rest is.
        names = [name.split(":")[0] for item in items(cell.source) for name in item.names]
        recorded = dict(sorted(recorded.items(), key=lambda entry: names.index(entry[0]) if entry[0] in names else len(names)))
        rows = [
            f'    .variable("{name}", {rust_text(self.needs(cell)[name])}, ::fashion::imprint!("{question}", {name}),\n'
            f'        {rust_text(imprint["form"])}, {"None" if imprint["seal"] is None else f"""Some("{imprint["seal"]}")"""})'
            for name, imprint in recorded.items()
        ]  # fmt: skip
        source = "\n".join([
            f"// Whether your variables are as the next cells expect them ({question}). Run it when your code has run.",
            f'({path}::variables("{question}", {path}::Profile::{profile}))',
            *rows,
        ])  # fmt: skip
        return [code_cell(f"{cell.id}-variables", source, question, grade=False, solution=False, locked=True)]

    @staticmethod
    def needs(cell):
        return cell.metadata.get("fashion", {}).get("needs", {})

    @staticmethod
    def given(cell):
        new = copy.deepcopy(cell)
        if new.cell_type == "code":
            new.outputs, new.execution_count = [], None
            new.metadata.get("fashion", {}).pop("source_hash", None)
        return new

    @staticmethod
    def is_solution(cell, question, parts):
        tags = cell.metadata.get("tags", [])
        if "given" in tags or "solution" in tags:
            return "solution" in tags
        is_set_up = re.search(r"-S\d", question) is not None
        return not is_set_up and any(item.is_function or item.names for item in parts)

    def answer(self, cell, question, parts, later):
        """The code before the answer if others need it, the answer, and its check."""
        number = self.answers[question] = self.answers.get(question, 0) + 1
        variable = question.lower().replace("-", "_") + (f"_{number}" if number > 1 else "")
        before, expression = parts[:-1], parts[-1]
        cells = []
        if any(item.is_function or any(uses(later, name) for name in item.names) for item in before):
            code = "\n".join(item.text for item in before)
            own = self.is_solution(cell, question, before)
            if own:
                self.with_code.add(question)
                student = stub(before, question, [expression.text, *later], self.needs(cell), self.own)
                code = code_cell(f"{cell.id}-code", code, question, student, **SOLUTION)
            else:
                code = code_cell(f"{cell.id}-code", code, question)
            cells.append(code)
            if own:
                cells += self.variables(cell, question)
            before = []
        model = indented([line for item in before for line in item.lines] + expression.lines)
        solution = f"let {variable}: Answer = {{\n{model}\n}};\n&{variable}"
        record = record_of(cell)
        about = cell.metadata.get("fashion", {}).get("about")
        cells.append(code_cell(cell.id, solution, question, self.empty(question, variable, about), **SOLUTION))
        cells.append(self.check(cell.id, question, variable, record, model))
        return cells

    @staticmethod
    def empty(question, variable, about):
        subject = f" on {about}" if about else ""
        return (
            f"// Your answer to {question}{subject}. A sentence that must hold ends in a mark, [^name]; a claim of that name has\n"
            "// the condition and the figures that show it, taken from variables: format!(\"{:.4}\", variable).\n"
            f'let {variable}: Answer = answer("{question}")\n    .say("What you found, in a sentence[^found].")\n'
            f'    .claim("found", false, "");\n&{variable}'
        )

    def check(self, cell_id, question, variable, record, model):
        """The model answer is a hidden test where the student's code can make it fail."""
        points = 1
        hidden = []
        if question in self.with_code:
            points += statements(record)
            path = r"\1(::fashion::answer::answer(\2))"
            model = re.sub(r"^( *)answer\(([^()]*)\)", path, model, count=1, flags=re.M)
            hidden = ["    // BEGIN HIDDEN TESTS", "    .model({", indented(model.splitlines()), "    })",
                      "    // END HIDDEN TESTS"]  # fmt: skip
        profile = record["profile"].capitalize()
        source = "\n".join([
            f"// Check of {question}: run it when your answer stands. Leave it as it is.",
            # By a path that no name in an earlier cell can take the place of; in brackets, because a line that begins
            # with a colon is a command to the kernel.
            f"(::fashion::answer::check(&{variable}))",
            f"    .figures(::fashion::answer::Profile::{profile}, &[{text_list(seals(record))}])",
            *hidden,
            f"    .points({points})",
        ])  # fmt: skip
        return code_cell(
            f"{cell_id}-check", source, question, grade=True, solution=False, locked=True, points=points
        )


def without_hidden_tests(source):
    return re.sub(r"^ *// BEGIN HIDDEN TESTS\n.*?^ *// END HIDDEN TESTS\n", "", source, flags=re.M | re.S)


def student_copy(source):
    """What nbgrader makes of the source edition, without nbgrader."""
    notebook = copy.deepcopy(source)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = without_hidden_tests(cell.metadata.get("fashion", {}).pop("student", cell.source))
    return notebook


def write(path, notebook):
    nbformat.validate(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def main(target, *notebooks):
    target = Path(target)
    for path in map(Path, notebooks):
        source = nbformat.read(path, as_version=4)
        profile = source.metadata.pop("fashion", {}).get("profile", "full")
        edition = Edition(source, profile)
        source.cells = edition.build()
        source.cells.insert(1, nbformat.v4.new_markdown_cell(GREETING, id="student-edition"))
        name = path.stem
        write(target / "nbgrader/source" / name / f"{name}.ipynb", source)
        write(target / f"{name}.ipynb", student_copy(source))
        checks = [cell.metadata.nbgrader for cell in source.cells if "points" in cell.metadata.get("nbgrader", {})]
        solutions = [c for c in source.cells if c.metadata.get("nbgrader", {}).get("solution")]
        print(f"  {name}: {len(solutions)} cells to fill in, {len(checks)} checks, "
              f"{sum(check['points'] for check in checks)} points")  # fmt: skip
    (target / "nbgrader/nbgrader_config.py").write_text(CONFIG, encoding="utf-8")


main(*sys.argv[1:])
