//! Source text as words, without what is no code.

pub fn is_name(token: &str) -> bool {
    token.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
}

/// Names, `::` and single signs, each with its line.
pub fn tokens(text: &str) -> Vec<(String, usize)> {
    let mut tokens: Vec<(String, usize)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if first.is_alphanumeric() || first == '_' {
                rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            tokens.push((rest[..length].to_owned(), number + 1));
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

/// Where each item under `#[cfg(test)]` starts and ends.
fn test_items(tokens: &[(String, usize)]) -> Vec<std::ops::Range<usize>> {
    let text = |place: usize| tokens.get(place).map_or("", |(text, _)| text.as_str());
    let mut items = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let starts = ["#", "[", "cfg", "(", "test", ")", "]"];
        if !starts.iter().enumerate().all(|(place, part)| text(at + place) == *part) {
            at += 1;
            continue;
        }
        let start = at;
        let mut open = 0_usize;
        at += starts.len();
        while at < tokens.len() {
            match text(at) {
                "{" => open += 1,
                "}" => open = open.saturating_sub(1),
                _ => {}
            }
            at += 1;
            if open == 0 && [";", "}"].contains(&text(at - 1)) {
                break;
            }
        }
        items.push(start..at);
    }
    items
}

pub fn without_tests(mut tokens: Vec<(String, usize)>) -> Vec<(String, usize)> {
    for item in test_items(&tokens).into_iter().rev() {
        tokens.drain(item);
    }
    tokens
}

/// The modules in files of their own that are compiled for tests only.
pub fn modules_of_tests(tokens: &[(String, usize)]) -> Vec<String> {
    let name = |item: std::ops::Range<usize>| match &tokens[item] {
        [.., (word, _), (name, _), (end, _)] if word == "mod" && end == ";" => Some(name.clone()),
        _ => None,
    };
    test_items(tokens).into_iter().filter_map(name).collect()
}

/// The source with comments, strings and characters left out, line by line as before.
pub fn plain(source: &str) -> String {
    let signs: Vec<char> = source.chars().collect();
    let at = |place: usize| signs.get(place).copied().unwrap_or(' ');
    let mut text = String::with_capacity(source.len());
    let mut place = 0;
    while place < signs.len() {
        let word_before = place > 0 && (at(place - 1).is_alphanumeric() || at(place - 1) == '_');
        let end = match (at(place), at(place + 1)) {
            ('/', '/') => (place..signs.len()).find(|&i| at(i) == '\n').unwrap_or(signs.len()),
            ('/', '*') => {
                let (mut i, mut open) = (place + 2, 1);
                while i < signs.len() && open > 0 {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (open, i) = (open + 1, i + 2),
                        ('*', '/') => (open, i) = (open - 1, i + 2),
                        _ => i += 1,
                    }
                }
                i
            }
            ('r', '"' | '#') if !word_before || at(place - 1) == 'b' => {
                let hashes = (place + 1..signs.len()).take_while(|&i| at(i) == '#').count();
                if at(place + 1 + hashes) == '"' {
                    let closes = |i: usize| at(i) == '"' && (1..=hashes).all(|k| at(i + k) == '#');
                    let start = place + 2 + hashes;
                    (start..signs.len()).find(|&i| closes(i)).unwrap_or(signs.len()) + 1 + hashes
                } else {
                    place
                }
            }
            ('"', _) => {
                let mut i = place + 1;
                while i < signs.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i + 1
            }
            ('\'', '\\') => (place + 3..signs.len()).find(|&i| at(i) == '\'').unwrap_or(place) + 1,
            ('\'', _) if at(place + 2) == '\'' => place + 3,
            _ => place,
        };
        if end > place {
            let end = end.min(signs.len());
            text.push(' ');
            text.extend(signs[place..end].iter().filter(|sign| **sign == '\n'));
            place = end;
        } else {
            text.push(at(place));
            place += 1;
        }
    }
    text
}
