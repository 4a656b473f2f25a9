//! The source of a cell, made lighter before it is compiled.
//!
//! evcxr makes one function of a cell. It checks, takes and gives back every variable of the kernel, in a line for each;
//! with 170 variables that is most of what the compiler works on, though a cell names a handful. What a cell does not
//! name may as well stay in the store. Its lines are blanked byte for byte, so that what the compiler says of the
//! others still points at them.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::Path;

/// Blanks the lines in evcxr's file. A file that cannot be read or written is compiled as it is.
pub fn lighten(path: &Path) {
    let Ok(source) = fs::read_to_string(path) else { return };
    let modified = fs::metadata(path).and_then(|file| file.modified());
    if fs::write(path, without_unnamed(&source)).is_err() {
        return;
    }
    // cargo sees from the time whether a file has changed; with a later one it compiles the same again, which is no harm.
    if let (Ok(file), Ok(modified)) = (File::options().write(true).open(path), modified) {
        let _ = file.set_modified(modified);
    }
}

/// The source with blanks for the lines of variables that the rest of the cell's function does not name. What stands
/// before the function (earlier cells' functions and types) cannot name a variable.
fn without_unnamed(source: &str) -> String {
    let mut named = HashSet::new();
    let mut taken = HashSet::new();
    for line in source[source.find(FUNCTION).unwrap_or(0)..].lines() {
        match variable(line) {
            Some(name) if line.starts_with(TAKE) => _ = taken.insert(name),
            Some(_) => {}
            None => named.extend(words(line)),
        }
    }
    let stays = |name: &str| !taken.contains(name) || named.contains(name);
    let mut lighter = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        if variable(line.trim_end()).is_none_or(stays) {
            lighter += line;
        } else {
            lighter.extend(line.chars().map(|sign| if sign == '\n' { sign } else { ' ' }));
        }
    }
    lighter
}

const FUNCTION: &str = "pub extern \"C\" fn run_user_code_";
const CHECK: &str = "vars_ok &= evcxr_variable_store.check_variable::<";
const TAKE: &str = "let ";
const TAKE_FROM: &str = " = evcxr_variable_store.take_variable::<";
const PUT: &str = "evcxr_variable_store.put_variable::<";

/// The variable that a line checks, takes or gives back. A line is only known as such if all of it stands there (a type
/// may go over several), and if the name cannot be written in another way (`r#`, composed letters).
fn variable(line: &str) -> Option<&str> {
    let known = line.starts_with(CHECK)
        || line.starts_with(TAKE) && line.contains(TAKE_FROM)
        || line.starts_with(PUT);
    let (_, name) = line.rsplit_once("(stringify!(")?;
    let (name, _) = name.split_once(')')?;
    let plain = name.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'_');
    (known && plain && line.is_ascii() && line.ends_with(';')).then_some(name)
}

/// What could be names in a line of code, those within texts too: `"{count} images"` names `count`.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|sign: char| !sign.is_alphanumeric() && sign != '_')
}

#[cfg(test)]
mod tests {
    use super::without_unnamed;

    /// Three variables as evcxr 0.22 writes them, around what a user has written.
    fn cell(user: &str) -> String {
        let mut text = String::from("fn area(net: f64) -> f64 { net }\n");
        text += "pub extern \"C\" fn run_user_code_7(\n{let mut vars_ok = true;\n";
        let types = [("loss", "f64"), ("net", "Network<(A, B)>"), ("r#type", "u8")];
        for (name, of) in types {
            text += &format!(
                "vars_ok &= evcxr_variable_store.check_variable::<{of}>(stringify!({name}));\n"
            );
        }
        text += "if !vars_ok {return evcxr_variable_store;}}\n";
        for (name, of) in types {
            text += &format!(
                "let mut {name} = evcxr_variable_store.take_variable::<{of}>(stringify!({name}));\n"
            );
        }
        text +=
            &format!("{user}\nevcxr_variable_store.put_variable::<i32>(stringify!(new), new);\n");
        for (name, of) in types {
            text += &format!(
                "evcxr_variable_store.put_variable::<{of}>(stringify!({name}), {name});\n"
            );
        }
        text + "evcxr_variable_store}"
    }

    /// How often a variable is checked, taken or given back.
    fn lines(source: &str, name: &str) -> usize {
        source.matches(&format!("stringify!({name})")).count()
    }

    #[test]
    fn a_variable_that_a_cell_names_is_taken_and_given_back_and_no_other() {
        let lighter = without_unnamed(&cell("let new = 1; println!(\"{loss:.2}\");"));
        assert_eq!((lines(&lighter, "loss"), lines(&lighter, "net")), (3, 0), "{lighter}");
        let lighter = without_unnamed(&cell("let new = vec![net];"));
        assert_eq!((lines(&lighter, "loss"), lines(&lighter, "net")), (0, 3), "{lighter}");
        let lighter = without_unnamed(&cell("let network = loss_of(1);"));
        assert_eq!((lines(&lighter, "loss"), lines(&lighter, "net")), (0, 0), "{lighter}");
    }

    #[test]
    fn what_a_cell_makes_is_kept() {
        assert_eq!(lines(&without_unnamed(&cell("let new = 1;")), "new"), 1);
    }

    #[test]
    fn a_name_that_can_be_written_in_another_way_stays() {
        assert_eq!(lines(&without_unnamed(&cell("let new = 1;")), "r#type"), 3);
    }

    #[test]
    fn a_type_over_several_lines_stays() {
        let long = cell("let new = 1;").replace("Network<(A, B)>", "Network<(A,\n    B)>");
        assert_eq!(lines(&without_unnamed(&long), "net"), 3);
    }

    #[test]
    fn every_byte_keeps_its_place() {
        let source = cell("let new = \"größer\";");
        let lighter = without_unnamed(&source);
        assert_eq!(source.len(), lighter.len());
        let ends = |text: &str| text.match_indices('\n').map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(ends(&source), ends(&lighter));
        assert!(source.bytes().zip(lighter.bytes()).all(|(old, new)| old == new || new == b' '));
    }
}
