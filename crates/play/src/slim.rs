//! A WebAssembly module without the exports that nobody calls.
//!
//! A library brings thousands of them: the descriptions that another tool would read.

/// The module without the exports whose name begins with two underscores; as it was, if it is no module
/// that this understands.
pub fn slim(module: &[u8]) -> Vec<u8> {
    rewritten(module).unwrap_or_else(|| module.to_vec())
}

/// The section of exports.
const EXPORTS: u8 = 7;

fn rewritten(module: &[u8]) -> Option<Vec<u8>> {
    let (head, mut rest) = module.split_at_checked(8)?;
    let mut slim = head.to_vec();
    while let Some((&kind, after)) = rest.split_first() {
        let (length, body) = number(after)?;
        let (body, following) = body.split_at_checked(length as usize)?;
        let body = if kind == EXPORTS { exports(body)? } else { body.to_vec() };
        slim.push(kind);
        push_number(&mut slim, body.len() as u32);
        slim.extend(body);
        rest = following;
    }
    Some(slim)
}

/// A list of exports: how many, then of each the length of its name, the name, a kind, a number.
fn exports(body: &[u8]) -> Option<Vec<u8>> {
    let (count, mut rest) = number(body)?;
    let (mut kept, mut entries) = (0, Vec::<u8>::new());
    for _ in 0..count {
        let (length, after) = number(rest)?;
        let (name, after) = after.split_at_checked(length as usize)?;
        let (_, after) = number(after.get(1..)?)?;
        if !name.starts_with(b"__") {
            kept += 1;
            entries.extend(&rest[..rest.len() - after.len()]);
        }
        rest = after;
    }
    let mut list = Vec::new();
    push_number(&mut list, kept);
    list.extend(entries);
    Some(list)
}

/// A number of seven bits a byte, the lowest first (LEB128), and what follows it.
fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let length = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let (digits, rest) = bytes.split_at(length);
    let sum = digits.iter().rev().fold(0_u64, |sum, &byte| (sum << 7) | u64::from(byte & 0x7f));
    Some((u32::try_from(sum).ok()?, rest))
}

fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exports_of_others_go() {
        // An empty type section, exports of the memory, of a description and of a function, a section at the end.
        let names: [(&[u8], u8, u8); 3] =
            [(b"memory", 2, 0), (b"__describe", 0, 5), (b"say", 0, 9)];
        let module = |names: &[(&[u8], u8, u8)]| {
            let mut list = vec![names.len() as u8];
            for (name, kind, index) in names {
                list.push(name.len() as u8);
                list.extend(*name);
                list.extend([*kind, *index]);
            }
            let mut module = b"\0asm\x01\0\0\0\x01\x01\0\x07".to_vec();
            module.push(list.len() as u8);
            module.extend(list);
            module.extend([0, 3, 1, b'x', 7]);
            module
        };
        assert_eq!(slim(&module(&names)), module(&[names[0], names[2]]));
        let cut = &module(&names)[..30];
        assert_eq!(slim(cut), cut);
        let (mut bytes, numbers) = (Vec::new(), [0, 127, 128, 70_000, u32::MAX]);
        numbers.iter().for_each(|&number| push_number(&mut bytes, number));
        let mut rest = bytes.as_slice();
        for expected in numbers {
            let (found, after) = number(rest).unwrap();
            assert_eq!(found, expected);
            rest = after;
        }
    }
}
