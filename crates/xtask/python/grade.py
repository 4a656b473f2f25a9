"""Tests the student edition with nbgrader, as a teacher would use it:

    grade.py EDITION ASSIGNMENT KERNELS

nbgrader makes the students' copy from the source edition; then it grades two students, one who
hands in the model answers and one who hands in the copy as it is. EDITION is what student.py
wrote, KERNELS the folder of the Jupyter kernels.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook


def nbgrader(course, command, assignment):
    """Runs a command of nbgrader in the course's folder."""
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", command, assignment, "--force"],
        cwd=course, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if run.returncode:
        sys.exit(f"nbgrader {command} {assignment} failed:\n{run.stdout}\n{run.stderr}")


def read(path):
    return nbformat.read(path, as_version=4)


def hand_in(course, student, assignment, notebook):
    folder = course / "submitted" / student / assignment
    folder.mkdir(parents=True)
    shutil.copy(notebook, folder / f"{assignment}.ipynb")


def forged(release, path, code):
    """The untouched copy with a cell of a student who would grade himself."""
    notebook = read(release)
    first = next(place for place, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    notebook.cells.insert(first + 1, nbformat.v4.new_code_cell(code))
    nbformat.write(notebook, path)
    return path


def refused(course, assignment, student):
    """Whether nbgrader refuses a submission and says why."""
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", assignment, "--student", student, "--force"],
        cwd=course, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return run.returncode != 0 and "grading uses" in run.stdout + run.stderr


def marks(course, student, assignment):
    """Points earned, points possible, and per check both of them."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        submission = gradebook.find_submission(assignment, student)
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        rows = [(grade.name, grade.score, grade.max_score) for grade in grades]
        return submission.score, submission.max_score, rows


def said(cell):
    """What a cell wrote, for a person who looks for a fault."""
    texts = []
    for output in cell.outputs:
        data = output.get("data", {})
        texts += output.get("traceback", []) + [output.get("text", ""), data.get("text/html", "")]
    return re.sub(r"\x1b\[[0-9;]*m|<[^>]*>", " ", "\n".join(texts)).strip()


def broken_cells(notebook):
    """Cells that the student edition gives, or has made, and that do not compile: none may be there.

    A given cell may miss what a student has not defined yet.
    """
    for cell in notebook.cells:
        if cell.cell_type != "code" or "raises-exception" in cell.metadata.get("tags", []):
            continue
        errors = "\n".join(o.evalue for o in cell.outputs if o.output_type == "error")
        own = cell.metadata.get("nbgrader", {}).get("solution")
        if errors and (own or "cannot find" not in said(cell)):
            yield f"{cell.id}:\n{said(cell)}"


def variables_that_are_off(notebook):
    """What the checks of variables say where they say anything else than that all is well; there must be some."""
    texts = [said(cell) for cell in notebook.cells if cell.get("id", "").endswith("-variables")]
    print(f"  {len(texts)} checks of variables")
    if not texts:
        yield "there is no check of them"
    good = re.compile("as expected|of the right form")
    yield from (text for text in texts if not good.search(text) or "Look at" in text)


def main(edition, assignment, kernels):
    edition = Path(edition).resolve()
    course = edition / "nbgrader"
    os.environ["JUPYTER_PATH"] = kernels
    # nbgrader calls a program that was installed with it.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for folder in ("release", "submitted", "autograded"):
        shutil.rmtree(course / folder, ignore_errors=True)
    (course / "gradebook.db").unlink(missing_ok=True)

    nbgrader(course, "generate_assignment", assignment)
    source = course / f"source/{assignment}/{assignment}.ipynb"
    release = course / f"release/{assignment}/{assignment}.ipynb"
    ours = [cell.source for cell in read(edition / f"{assignment}.ipynb").cells]
    if ours != [cell.source for cell in read(release).cells]:
        sys.exit(f"{release} is not the student edition that `cargo xtask student` wrote")
    print(f"  {assignment}: nbgrader makes the same student edition")

    hand_in(course, "teacher", assignment, source)
    hand_in(course, "untouched", assignment, release)
    nbgrader(course, "autograde", assignment)
    problems = []
    for student, share in (("teacher", 1.0), ("untouched", 0.0)):
        earned, possible, rows = marks(course, student, assignment)
        print(f"  {assignment}: {student} earns {earned:g} of {possible:g} points in {len(rows)} checks")
        graded = read(course / f"autograded/{student}/{assignment}/{assignment}.ipynb")
        outputs = {cell.metadata.nbgrader.grade_id: said(cell) for cell in graded.cells
                   if "points" in cell.metadata.get("nbgrader", {})}  # fmt: skip
        problems += [
            f"{student}, {name}: {score:g} of {best:g} points\n{outputs.get(name, '')}"
            for name, score, best in rows if score != share * best
        ]  # fmt: skip
        if not possible:
            problems.append(f"{student}: no points to earn")
        if student == "teacher":
            problems += [f"teacher, variables: {text}" for text in variables_that_are_off(graded)]
        if student == "untouched":
            problems += [f"untouched, does not compile: {text}" for text in broken_cells(graded)]
    code = "struct Points;\nfn check<T>(_: &T) -> Points { Points }"
    hand_in(course, "forger", assignment, forged(release, course / "forged.ipynb", code))
    if refused(course, assignment, "forger"):
        print(f"  {assignment}: a submission that defines `check` is refused")
    else:
        problems.append("forger: a submission that defines `check` was graded")
    if problems:
        sys.exit("\n\n".join(problems))


main(*sys.argv[1:])
