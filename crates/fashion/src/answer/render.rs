//! How an answer looks: plain text, and HTML for notebooks and the book.
//!
//! Running text comes first; a sentence that is a claim has a small tick behind it and its evidence,
//! quieter, in brackets. Comparisons stand in a table below.
//!
//! There is no `text/markdown` part: every front end and converter that shows Markdown prefers the
//! HTML. Styles are inline and limited to what JupyterLab keeps when a notebook is not trusted.
//! Colours are legible on white and on black.

use std::fmt;

use pulldown_cmark::{Event, Options, Parser, Tag, html};

use super::marks::replaced;
use super::prose::{Answer, Block};
use super::record::{Claim, Comparison, MIME, Outcome, TableComparison};
use crate::show::html::{Cell, escape, table};
use crate::show::{Bundle, Render};

const GREEN: &str = "#1F8A5B";
const RED: &str = "#C8402F";
const GREY: &str = "#7A7A7A";

/// Text that is quieter than the prose around it.
const QUIET: &str = "font-size:85%;opacity:0.75";

/// A longer table is folded.
const SHORT_TABLE: usize = 6;

impl Outcome {
    fn words(self) -> &'static str {
        match self {
            Self::ToTheDigit => "to the digit",
            Self::Consistent => "consistent",
            Self::CannotTell => "cannot tell: our runs differ too much",
            Self::Differs => "differs",
            Self::Shown => "shown, not judged",
            Self::NotEvaluated => "needs the full profile",
            Self::NotComparable => "not the figures that were printed",
        }
    }

    /// Its mark and colour; mark and words say it without the colour.
    fn mark(self) -> (&'static str, &'static str) {
        match self {
            Self::ToTheDigit | Self::Consistent => ("✓", GREEN),
            Self::Differs => ("≠", GREY),
            Self::CannotTell => ("?", GREY),
            Self::Shown | Self::NotEvaluated => ("–", GREY),
            Self::NotComparable => ("✗", RED),
        }
    }
}

/// The mark of a claim, the words that a tick does not need, and the colour.
fn verdict(holds: Option<bool>) -> (&'static str, &'static str, &'static str) {
    match holds {
        Some(true) => ("✓", "", GREEN),
        Some(false) => ("✗", " does not hold", RED),
        None => ("–", " not checked in the quick profile", GREY),
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
        let outcome = comparison.outcome;
        let (mark, colour) = outcome.mark();
        let mut words = outcome.words().to_owned();
        if let (Outcome::Differs, Some(distance)) = (outcome, &comparison.distance) {
            words += &format!(" by {distance}");
        }
        let reason = comparison.reason.as_deref();
        let reason = reason.or((outcome == Outcome::Differs).then_some("unexplained"));
        Self { mark, words, colour, reason }
    }
}

impl<'a> From<&'a TableComparison> for Judgement<'a> {
    fn from(table: &'a TableComparison) -> Self {
        let mut cells = table.rows.iter().flat_map(|row| &row.cells);
        let total = table.rows.len();
        let reason = table.reason.as_deref();
        if table.comparable && cells.all(|cell| cell.outcome == Outcome::NotEvaluated) {
            let words = format!("{total} rows, which need the full profile");
            return Self { mark: "–", words, colour: GREY, reason };
        }
        let of = |outcome| table.rows.iter().filter(|row| row.worst() == outcome).count();
        let (consistent, open) = (of(Outcome::Consistent), of(Outcome::CannotTell));
        if table.comparable && open > 0 && table.reproduced + open == total {
            let words =
                format!("no row of {total} differs; in {open} our runs differ too much to tell");
            return Self { mark: "?", words, colour: GREY, reason };
        }
        let how = match consistent {
            0 => "to every printed digit".to_owned(),
            // Each judged row has a chance of 1 in 20 to lie outside.
            _ => format!(
                "consistent ({:.1} of {total} would fall outside by chance)",
                total as f64 / 20.0
            ),
        };
        let (mark, colour) = match table.comparable {
            false => ("✗", RED),
            true if table.reproduced < total => ("≠", GREY),
            true => ("✓", GREEN),
        };
        let reason = reason.or((mark == "≠").then_some("unexplained"));
        let mut words = format!("{} of {total} rows {how}", table.reproduced);
        if open > 0 {
            words += &format!("; in {open} our runs differ too much to tell");
        }
        Self { mark, words, colour, reason }
    }
}

impl fmt::Display for Judgement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)?;
        self.reason.map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}

/// A link leads to the web or to a place in the notebook, never to a script; a picture lies in the answer
/// itself, so that reading one tells nobody.
fn harmless(tag: Tag<'_>) -> Tag<'_> {
    let starts = |url: &str, with: &[&str]| {
        let url = url.trim_start().to_lowercase();
        with.iter().any(|start| url.starts_with(start))
    };
    match tag {
        Tag::Link { link_type, dest_url, title, id }
            if !starts(&dest_url, &["https://", "http://", "mailto:", "#"]) =>
        {
            // Without a scheme it is a place beside the notebook.
            let dest_url = if dest_url.contains(':') { "#".into() } else { dest_url };
            Tag::Link { link_type, dest_url, title, id }
        }
        Tag::Image { link_type, dest_url, title, id } if !starts(&dest_url, &["data:image/"]) => {
            Tag::Image { link_type, dest_url: "#".into(), title, id }
        }
        other => other,
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
                Event::Start(tag) => Event::Start(harmless(tag)),
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

/// A mark with words, in its colour.
fn coloured(mark: &str, words: &str, colour: &str) -> String {
    format!("<span style=\"color:{colour};white-space:nowrap\">{mark}{words}</span>")
}

/// What stands behind the sentence of a claim.
fn tick_html(claim: &Claim) -> String {
    let (mark, words, colour) = verdict(claim.holds);
    let mut html =
        format!("<span style=\"font-size:85%\">\u{202F}{}</span>", coloured(mark, words, colour));
    if !claim.evidence.trim().is_empty() {
        let evidence = inline_markdown(&claim.evidence);
        html += &format!(" <span style=\"{QUIET}\">({evidence})</span>");
    }
    html
}

/// Paragraphs with the ticks of their claims in the place of the marks.
fn prose_html(text: &str, claims: &[Claim]) -> String {
    // Characters of private use go through Markdown as they are.
    let place = |index: usize| format!("\u{E000}{index}\u{E001}");
    let position = |name: &str| claims.iter().position(|claim| claim.name.as_deref() == Some(name));
    let mut html = markdown(&replaced(text, |name| position(name).map_or(String::new(), place)));
    for (index, claim) in claims.iter().enumerate() {
        html = html.replace(&place(index), &tick_html(claim));
    }
    html
}

/// Claims that are no sentences of the text (notebooks not rewritten yet).
fn claims_html(claims: &[&Claim]) -> String {
    let mut html =
        String::from("<ul style=\"list-style-type:none;padding-left:0;margin:0.5em 0\">");
    for claim in claims {
        html += &format!(
            "<li style=\"margin:0.35em 0\">{}{}</li>",
            inline_markdown(&claim.text),
            tick_html(claim)
        );
    }
    html + "</ul>"
}

fn judgement_html(judgement: &Judgement<'_>) -> String {
    let words = format!(" {}", escape(&judgement.words));
    let verdict = coloured(judgement.mark, &words, judgement.colour);
    let reason = judgement.reason.map_or(String::new(), |reason| {
        format!(" <span style=\"{QUIET}\">{}</span>", inline_markdown(reason))
    });
    verdict + &reason
}

fn comparisons_html(comparisons: &[&Comparison]) -> String {
    let head = [
        Cell::text("beside the original"),
        Cell::number("printed"),
        Cell::number("here"),
        Cell::text(""),
    ];
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
        head.push(Cell::number(&format!("{column}, printed")));
        head.push(Cell::number(&format!("{column}, here")));
    }
    let mut rows = Vec::new();
    for row in &compared.rows {
        let mut cells = vec![Cell::text(&row.name)];
        for cell in &row.cells {
            let differs = cell.outcome == Outcome::Differs;
            cells.extend([Cell::number(&cell.printed), Cell::number(&cell.ours).bold(differs)]);
        }
        rows.push(cells);
    }
    let title = inline_markdown(&compared.title);
    let verdict = judgement_html(&compared.into());
    let table = table("", &head, &rows, &[]);
    if rows.len() <= SHORT_TABLE {
        return format!("<div style=\"margin:0.5em 0\"><b>{title}</b> {verdict}{table}</div>");
    }
    format!(
        "<details style=\"margin:0.5em 0\"><summary><b>{title}</b> {verdict}</summary>{table}</details>"
    )
}

impl Answer {
    /// What is shown below each other: prose, and groups of statements beside the text.
    fn groups(&self) -> Vec<Group<'_>> {
        let claims = self.claims();
        let is_named = |claim: &Claim| {
            claims.iter().any(|resolved| resolved.name.as_ref() == Some(&claim.text))
        };
        let mut groups: Vec<Group<'_>> = Vec::new();
        for block in &self.blocks {
            match (block, groups.last_mut()) {
                (Block::Claim(claim), _) if is_named(claim) => {}
                (Block::Prose(text), _) => groups.push(Group::Prose(text)),
                (Block::Table(table), _) => groups.push(Group::Table(table)),
                (Block::Claim(claim), Some(Group::Claims(group))) => group.push(claim),
                (Block::Claim(claim), _) => groups.push(Group::Claims(vec![claim])),
                (Block::Comparison(one), Some(Group::Comparisons(group))) => group.push(one),
                (Block::Comparison(one), _) => groups.push(Group::Comparisons(vec![one])),
            }
        }
        groups
    }

    fn to_html(&self) -> String {
        let mut html = String::from(
            "<div style=\"border-left:3px solid #88888866;padding:0.1em 0 0.1em 1.1em;margin:0.5em 0;line-height:1.55\">",
        );
        if !self.profile.is_full() {
            html += &format!("<div style=\"{QUIET}\">Computed in the quick profile.</div>");
        }
        let claims = self.claims();
        for group in self.groups() {
            html += &match group {
                // As wide as a text is easily read; tables may be wider.
                Group::Prose(text) => {
                    format!("<div style=\"max-width:46em\">{}</div>", prose_html(text, &claims))
                }
                Group::Claims(claims) => claims_html(&claims),
                Group::Comparisons(comparisons) => comparisons_html(&comparisons),
                Group::Table(table) => table_html(table),
            };
        }
        for fault in self.faults() {
            html += &format!("<div>{}</div>", coloured("✗ ", &escape(&fault), RED));
        }
        html + "</div>"
    }
}

/// A part of an answer as it is shown.
enum Group<'a> {
    Prose(&'a str),
    Claims(Vec<&'a Claim>),
    Comparisons(Vec<&'a Comparison>),
    Table(&'a TableComparison),
}

/// A claim's mark and evidence in plain text.
fn tick_text(claim: &Claim) -> String {
    let (mark, words, _) = verdict(claim.holds);
    match claim.evidence.trim() {
        "" => format!(" {mark}{words}"),
        evidence => format!(" {mark}{words} ({evidence})"),
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Answer {}, computed in the {} profile", self.id, self.profile)?;
        let claims = self.claims();
        let tick = |name: &str| {
            let claim = claims.iter().find(|claim| claim.name.as_deref() == Some(name));
            claim.map_or(String::new(), tick_text)
        };
        for group in self.groups() {
            match group {
                Group::Prose(text) => writeln!(f, "\n{}\n", replaced(text, tick).trim())?,
                Group::Claims(claims) => {
                    for claim in claims {
                        writeln!(f, "{}{}", claim.text, tick_text(claim))?;
                    }
                }
                Group::Comparisons(comparisons) => {
                    for comparison in comparisons {
                        let judgement = Judgement::from(comparison);
                        let Comparison { what, printed, ours, .. } = comparison;
                        let mark = judgement.mark;
                        writeln!(f, "{mark} {what}: printed {printed}, here {ours}: {judgement}")?;
                    }
                }
                Group::Table(table) => {
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
        for fault in self.faults() {
            writeln!(f, "✗ {fault}")?;
        }
        Ok(())
    }
}

/// What stands above an answer that is an example.
const EXAMPLE: &str = "An example: nothing counts whether its claims hold.";

impl Answer {
    /// How the answer looks, without the record that tests and checks read: to show in a notebook what a claim looks
    /// like that does not hold. A line above it says that it is an example.
    pub fn as_example(&self) -> Bundle {
        let line = format!("<div style=\"{QUIET}\">{EXAMPLE}</div>");
        Bundle::text(format!("{EXAMPLE}\n\n{self}")).html(line + &self.to_html())
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
