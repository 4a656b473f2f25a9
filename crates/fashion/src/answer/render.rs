//! How an answer looks: plain text, and HTML for notebooks and the book.
//!
//! There is no `text/markdown` part: every front end and converter that shows Markdown prefers the
//! HTML. Styles are inline and limited to what JupyterLab keeps when a notebook is not trusted.

use std::fmt;

use pulldown_cmark::{Event, Options, Parser, html};

use super::prose::{Answer, Block};
use super::record::{Claim, Comparison, MIME, Outcome, TableComparison};
use crate::show::html::{Cell, escape, table};
use crate::show::{Bundle, Render};

const BLUE: &str = "#0072B2";
const RED: &str = "#B34700";
const GREY: &str = "#6B6B6B";

impl Outcome {
    fn words(self, tolerance: Option<f64>) -> String {
        match (self, tolerance) {
            (Self::ToTheDigit, _) => "to the digit".to_owned(),
            (Self::WithinTolerance, Some(tolerance)) => format!("within {tolerance}"),
            (Self::WithinTolerance, None) => "within the tolerance".to_owned(),
            (Self::NotReproduced, _) => "not reproduced".to_owned(),
            (Self::NotEvaluated, _) => "needs the full profile".to_owned(),
        }
    }
}

/// The mark, the word and the colour of a claim; the mark and the word say it without the colour.
fn verdict(holds: Option<bool>) -> (&'static str, &'static str, &'static str) {
    match holds {
        Some(true) => ("✓", "holds", BLUE),
        Some(false) => ("✗", "does not hold", RED),
        None => ("–", "not evaluated in the quick profile", GREY),
    }
}

/// What came out of a comparison: its mark, its words, its colour, and the reason if there is one.
struct Judgement<'a> {
    mark: &'static str,
    words: String,
    colour: &'static str,
    reason: Option<&'a str>,
}

impl<'a> From<&'a Comparison> for Judgement<'a> {
    fn from(comparison: &'a Comparison) -> Self {
        let Comparison { outcome, expected, tolerance, as_expected, .. } = *comparison;
        let mut words = outcome.words(tolerance);
        let (mark, colour) = match outcome {
            _ if !as_expected => {
                words += &format!(", but stated: {}", expected.words(tolerance));
                ("✗", RED)
            }
            Outcome::NotReproduced => ("≠", GREY),
            Outcome::NotEvaluated => ("–", GREY),
            Outcome::ToTheDigit | Outcome::WithinTolerance => ("✓", BLUE),
        };
        Self { mark, words, colour, reason: comparison.reason.as_deref() }
    }
}

impl<'a> From<&'a TableComparison> for Judgement<'a> {
    fn from(table: &'a TableComparison) -> Self {
        let mut cells = table.rows.iter().flat_map(|row| &row.cells);
        let total = table.rows.len();
        let (mark, words, colour) =
            if table.as_expected && cells.all(|cell| cell.outcome == Outcome::NotEvaluated) {
                ("–", format!("{total} rows, which need the full profile"), GREY)
            } else {
                let how = match table.tolerance {
                    Some(tolerance) => format!("within {tolerance}"),
                    None => "to every printed digit".to_owned(),
                };
                let (mark, colour) = match (table.as_expected, table.expected) {
                    (false, _) => ("✗", RED),
                    (true, Outcome::NotReproduced) => ("≠", GREY),
                    (true, _) => ("✓", BLUE),
                };
                (mark, format!("{} of {total} rows {how}", table.reproduced), colour)
            };
        Self { mark, words, colour, reason: table.reason.as_deref() }
    }
}

impl fmt::Display for Judgement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)?;
        self.reason.map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}

/// Markdown to HTML; formulas stay as they are for the page's MathJax, and HTML becomes text.
fn markdown(source: &str) -> String {
    let events =
        Parser::new_ext(source, Options::ENABLE_MATH | Options::ENABLE_TABLES).map(|event| {
            match event {
                Event::InlineMath(formula) => Event::Text(format!("${formula}$").into()),
                Event::DisplayMath(formula) => Event::Text(format!("$${formula}$$").into()),
                Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
                other => other,
            }
        });
    let mut output = String::new();
    html::push_html(&mut output, events);
    output
}

/// Markdown of one line, without its paragraph.
fn inline_markdown(source: &str) -> String {
    let html = markdown(source);
    let html = html.trim();
    match html.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")) {
        Some(inner) if !inner.contains("<p>") => inner.to_owned(),
        _ => html.to_owned(),
    }
}

fn badge(mark: &str, word: &str, colour: &str) -> String {
    format!(
        "<span style=\"background-color:{colour};color:#ffffff;border-radius:3px;padding:0.1em 0.5em;font-size:90%;white-space:nowrap\">{mark} {word}</span>"
    )
}

fn claims_html(claims: &[&Claim]) -> String {
    let mut html =
        String::from("<ul style=\"list-style-type:none;padding-left:0;margin:0.5em 0\">");
    for claim in claims {
        let (mark, word, colour) = verdict(claim.holds);
        html += &format!(
            "<li style=\"margin:0.35em 0\">{} {}<div style=\"font-size:90%;opacity:0.8;padding-left:1.5em\">{}</div></li>",
            badge(mark, word, colour),
            inline_markdown(&claim.text),
            inline_markdown(&claim.evidence)
        );
    }
    html + "</ul>"
}

fn judgement_html(judgement: &Judgement<'_>) -> String {
    let badge = badge(judgement.mark, &escape(&judgement.words), judgement.colour);
    let reason = judgement.reason.map_or(String::new(), |reason| {
        format!(" <span style=\"font-size:90%\">{}</span>", inline_markdown(reason))
    });
    badge + &reason
}

fn comparisons_html(comparisons: &[&Comparison]) -> String {
    let head =
        [Cell::text("figure"), Cell::number("original"), Cell::number("here"), Cell::text("")];
    let row = |comparison: &&Comparison| {
        vec![
            Cell::prose(inline_markdown(&comparison.what)),
            Cell::number(&comparison.printed),
            Cell::number(&comparison.ours),
            Cell::prose(judgement_html(&Judgement::from(*comparison))),
        ]
    };
    table("", &head, &comparisons.iter().map(row).collect::<Vec<_>>(), &[])
}

fn table_html(compared: &TableComparison) -> String {
    let mut head = vec![Cell::text("")];
    for column in &compared.columns {
        head.push(Cell::number(&format!("{column}, original")));
        head.push(Cell::number(&format!("{column}, here")));
    }
    let mut rows = Vec::new();
    for row in &compared.rows {
        let mut cells = vec![Cell::text(&row.name)];
        for cell in &row.cells {
            let differs = cell.outcome == Outcome::NotReproduced;
            cells.extend([Cell::number(&cell.printed), Cell::number(&cell.ours).bold(differs)]);
        }
        rows.push(cells);
    }
    format!(
        "<div style=\"margin:0.5em 0\"><b>{}</b> {}{}</div>",
        inline_markdown(&compared.title),
        judgement_html(&compared.into()),
        table("", &head, &rows, &[])
    )
}

impl Answer {
    fn to_html(&self) -> String {
        let mut html = format!(
            "<div style=\"border-left:4px solid {BLUE};padding:0.1em 0 0.1em 1em;margin:0.5em 0\"><div style=\"font-size:85%;opacity:0.8\"><b>Answer {}</b>, computed in the {} profile</div>",
            escape(&self.id),
            self.profile
        );
        let mut blocks = self.blocks.iter().peekable();
        while let Some(block) = blocks.next() {
            match block {
                Block::Prose(text) => html += &markdown(text),
                Block::Table(table) => html += &table_html(table),
                Block::Claim(first) => {
                    let mut group = vec![first];
                    while let Some(Block::Claim(claim)) =
                        blocks.next_if(|next| matches!(next, Block::Claim(_)))
                    {
                        group.push(claim);
                    }
                    html += &claims_html(&group);
                }
                Block::Comparison(first) => {
                    let mut group = vec![first];
                    while let Some(Block::Comparison(comparison)) =
                        blocks.next_if(|next| matches!(next, Block::Comparison(_)))
                    {
                        group.push(comparison);
                    }
                    html += &comparisons_html(&group);
                }
            }
        }
        html + "</div>"
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Answer {}, computed in the {} profile", self.id, self.profile)?;
        for block in &self.blocks {
            match block {
                Block::Prose(text) => writeln!(f, "\n{}\n", text.trim())?,
                Block::Claim(claim) => {
                    let (mark, word, _) = verdict(claim.holds);
                    writeln!(f, "{mark} {word}: {}\n    {}", claim.text, claim.evidence)?;
                }
                Block::Comparison(comparison) => {
                    let judgement = Judgement::from(comparison);
                    let (what, printed, ours) =
                        (&comparison.what, &comparison.printed, &comparison.ours);
                    writeln!(
                        f,
                        "{} {what}: original {printed}, here {ours}: {judgement}",
                        judgement.mark
                    )?;
                }
                Block::Table(table) => {
                    let judgement = Judgement::from(table);
                    writeln!(f, "{} {}: {judgement}", judgement.mark, table.title)?;
                    for row in &table.rows {
                        let cells: Vec<String> = row
                            .cells
                            .iter()
                            .map(|cell| format!("{} / {}", cell.printed, cell.ours))
                            .collect();
                        writeln!(f, "    {}: {}", row.name, cells.join(", "))?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Render for Answer {
    fn render(&self) -> Bundle {
        let record = serde_json::to_string(&self.record())
            // A record holds texts, numbers and flags only, which always serialise; if that ever
            // changes, an output that is no record fails the tests that read it.
            .unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"));
        Bundle::text(self.to_string()).html(self.to_html()).with(MIME, record)
    }
}
