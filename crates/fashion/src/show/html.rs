//! Text in HTML.

use fashion_base::text::printable;

/// Text as it may stand in HTML and SVG, in an attribute too; control characters may not.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in printable(text).chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            other => escaped.push(other),
        }
    }
    escaped
}

const RULE: &str = "border-bottom:1px solid #88888866";

/// A cell of a [`table`]; its content is HTML already.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    content: String,
    style: &'static str,
    bold: bool,
}

impl Cell {
    /// Words, on one line.
    pub(crate) fn text(text: &str) -> Self {
        Self::html(escape(text), "text-align:left;white-space:nowrap")
    }

    /// A number, to the right.
    pub(crate) fn number(text: &str) -> Self {
        Self::html(escape(text), "text-align:right;white-space:nowrap")
    }

    /// HTML, such as rendered Markdown, which may take several lines.
    pub(crate) fn prose(html: String) -> Self {
        Self::html(html, "text-align:left;min-width:12em")
    }

    fn html(content: String, style: &'static str) -> Self {
        Self { content, style, bold: false }
    }

    /// Whether it stands out: legible without colour.
    pub(crate) fn bold(self, bold: bool) -> Self {
        Self { bold, ..self }
    }

    fn write(&self, element: &str) -> String {
        let Self { content, style, bold } = self;
        let weight = if *bold { ";font-weight:bold" } else { "" };
        format!(
            "<{element} style=\"padding:0.25em 0.8em;vertical-align:top;{style}{weight}\">{content}</{}>",
            &element[..2]
        )
    }
}

/// A table with a title (may be empty) and notes below it, the one way in which this crate writes
/// tables in HTML. Its colours come from the page, so it fits light and dark themes.
pub(crate) fn table(title: &str, head: &[Cell], rows: &[Vec<Cell>], notes: &[String]) -> String {
    let mut html = String::from(
        "<div style=\"overflow-x:auto;margin:0.5em 0\"><table style=\"border-collapse:collapse;margin:0;font-variant-numeric:tabular-nums\">",
    );
    if !title.is_empty() {
        html += &format!(
            "<caption style=\"text-align:left;font-weight:bold;padding:0.25em 0\">{}</caption>",
            escape(title)
        );
    }
    let row = |cells: &[Cell], element: &str| {
        let cells: String = cells.iter().map(|cell| cell.write(element)).collect();
        format!("<tr style=\"{RULE}\">{cells}</tr>")
    };
    html += &format!("<thead>{}</thead><tbody>", row(head, "th scope=\"col\""));
    html.extend(rows.iter().map(|cells| row(cells, "td")));
    html += "</tbody></table>";
    for note in notes {
        html += &format!("<div style=\"font-size:90%;opacity:0.8\">{}</div>", escape(note));
    }
    html + "</div>"
}
