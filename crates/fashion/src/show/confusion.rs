//! Confusion matrices as heat maps.

use ndarray::{Array2, ArrayView2};
use plotters::style::text_anchor::{HPos, VPos};

use super::canvas::{Canvas, MARGIN, TEXT_SIZE, Type, figure, widest};
use super::colours::{diverging, sequential, text_on};
use super::figure::Figure;
use super::size;
use super::style::{GRID, MUTED, UNITS, px, wrap_text};
use crate::{Error, Result};

/// A confusion matrix, or the difference of two, with its numbers: true classes in rows,
/// predicted ones in columns.
///
/// The colour of a cell is its share of the row, that is, of the images of that class.
///
/// ```
/// use fashion::ndarray::array;
/// use fashion::show::ConfusionPlot;
///
/// let counts = array![[90, 10], [25, 75]];
/// let figure = ConfusionPlot::new("Network", &counts, &["Shirt", "Coat"]).draw()?;
/// assert!(figure.svg().contains("predicted class"));
/// # Ok::<(), fashion::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a plot is drawn by `draw()`"]
pub struct ConfusionPlot {
    title: String,
    names: Vec<String>,
    counts: Array2<usize>,
    /// What is subtracted, in a difference.
    minus: Option<Array2<usize>>,
    cell: u16,
}

impl ConfusionPlot {
    /// A confusion matrix of counts.
    pub fn new<'a, S: AsRef<str>>(
        title: impl Into<String>,
        counts: impl Into<ArrayView2<'a, usize>>,
        names: &[S],
    ) -> Self {
        Self {
            title: title.into(),
            names: names.iter().map(|name| name.as_ref().to_owned()).collect(),
            counts: counts.into().to_owned(),
            minus: None,
            cell: 56,
        }
    }

    /// What `left` has more than `right` in each cell: positive numbers in blue, negative ones in
    /// orange.
    pub fn difference<'a, S: AsRef<str>>(
        title: impl Into<String>,
        left: impl Into<ArrayView2<'a, usize>>,
        right: impl Into<ArrayView2<'a, usize>>,
        names: &[S],
    ) -> Self {
        Self { minus: Some(right.into().to_owned()), ..Self::new(title, left, names) }
    }

    /// The width of a cell in pixels, 56 unless set; 34 is small enough for several plots in a row.
    pub fn cell(mut self, pixels: u16) -> Self {
        self.cell = pixels;
        self
    }

    /// Draws the plot.
    ///
    /// # Errors
    /// If a matrix is empty or not square, there are not as many names as classes, or two
    /// matrices have different shapes.
    pub fn draw(&self) -> Result<Figure> {
        let classes = self.names.len();
        for counts in [Some(&self.counts), self.minus.as_ref()].into_iter().flatten() {
            if classes == 0 || counts.dim() != (classes, classes) {
                let expected = format!("a row, a column and a name per class ({classes} names)");
                return Err(Error::shape("ConfusionPlot", expected, counts.shape()));
            }
        }
        if !(20..=120).contains(&self.cell) {
            return Err(Error::parameter("cell", "20 to 120 pixels", self.cell));
        }
        let layout = Layout::new(&self.names, i32::from(self.cell));
        let size = size::checked(layout.size(classes as i32))?;
        let (numbers, shares) = self.numbers_and_shares();
        let difference = self.minus.is_some();
        figure(&self.title, &self.describe(&numbers), size, |canvas, top| {
            let origin = (MARGIN + layout.left, top + px(4));
            layout.names(canvas, origin, &self.names)?;
            // The largest difference has the full colour.
            let full = shares.iter().fold(f64::MIN_POSITIVE, |full, share| full.max(share.abs()));
            for ((row, column), &count) in numbers.indexed_iter() {
                let share = shares[(row, column)];
                let colour = if difference { diverging(share / full) } else { sequential(share) };
                let at = layout.cell(origin, row, column);
                let edge = UNITS / 2;
                canvas.rectangle(at, (at.0 + layout.width, at.1 + layout.height), GRID)?;
                let inner = (at.0 + layout.width - edge, at.1 + layout.height - edge);
                canvas.rectangle((at.0 + edge, at.1 + edge), inner, colour)?;
                let ink = if count == 0 { MUTED } else { text_on(colour) };
                let text = match count {
                    1.. if difference => format!("+{count}"),
                    _ => count.to_string().replace('-', "−"),
                };
                let middle = (at.0 + layout.width / 2, at.1 + layout.height / 2);
                let bold = row == column && !difference;
                let set = Type { size: layout.number_size, colour: ink, bold, ..Type::CENTRED };
                canvas.text(middle, &text, set)?;
            }
            Ok(())
        })
    }

    /// The numbers in the cells, and the shares that their colours show.
    fn numbers_and_shares(&self) -> (Array2<i64>, Array2<f64>) {
        let signed =
            |counts: &Array2<usize>| counts.mapv(|count| i64::try_from(count).unwrap_or(i64::MAX));
        match &self.minus {
            None => (signed(&self.counts), row_shares(&self.counts)),
            Some(minus) => {
                (signed(&self.counts) - signed(minus), row_shares(&self.counts) - row_shares(minus))
            }
        }
    }

    /// The total and the largest entries off the diagonal, for those who do not see the colours.
    fn describe(&self, numbers: &Array2<i64>) -> String {
        let mut confusions: Vec<(i64, usize, usize)> = numbers
            .indexed_iter()
            .filter(|((row, column), count)| row != column && **count != 0)
            .map(|((row, column), &count)| (count, row, column))
            .collect();
        confusions.sort_by_key(|&(count, row, column)| (-count.abs(), row, column));
        let largest: Vec<String> = confusions
            .iter()
            .take(3)
            .map(|&(count, row, column)| {
                format!("{} predicted as {}: {count}", self.names[row], self.names[column])
            })
            .collect();
        let what =
            self.minus.as_ref().map_or("confusion matrix", |_| "difference of confusion matrices");
        let correct = numbers.diag().iter().copied().fold(0, i64::saturating_add);
        format!("{what}, {correct} on the diagonal; most off it: {}", largest.join(", "))
    }
}

/// Each count as a share of its row; a class without images has shares of zero.
fn row_shares(counts: &Array2<usize>) -> Array2<f64> {
    let mut shares = counts.mapv(|count| count as f64);
    for mut row in shares.rows_mut() {
        let total = row.sum();
        if total > 0.0 {
            row /= total;
        }
    }
    shares
}

/// Sizes in canvas units.
struct Layout {
    width: i32,
    height: i32,
    left: i32,
    below: i32,
    upright: bool,
    name_size: i32,
    number_size: i32,
}

const LABEL: i32 = px(TEXT_SIZE + 7);

impl Layout {
    fn new(names: &[String], cell: i32) -> Self {
        let number_size = (cell * 10 / 36).clamp(8, TEXT_SIZE);
        let name_size = (cell * 10 / 36).clamp(10, TEXT_SIZE - 1);
        let width = px(cell);
        let columns: Vec<String> =
            names.iter().flat_map(|name| lines(name, name_size, width)).collect();
        let upright = widest(columns.iter().map(String::as_str), name_size) > width - px(2);
        let longest = widest(names.iter().map(String::as_str), name_size);
        Self {
            width,
            height: px(cell * 2 / 3),
            left: longest + px(8) + LABEL,
            below: LABEL + if upright { longest + px(10) } else { px(2 * name_size + 12) },
            upright,
            name_size,
            number_size,
        }
    }

    /// The size of the figure in pixels.
    fn size(&self, classes: i32) -> (i32, i32) {
        let width = 2 * MARGIN + self.left + self.width * classes;
        let height = 2 * MARGIN + px(4) + self.height * classes + self.below;
        ((width / px(1)).max(240), height / px(1))
    }

    fn cell(&self, origin: (i32, i32), row: usize, column: usize) -> (i32, i32) {
        (origin.0 + column as i32 * self.width, origin.1 + row as i32 * self.height)
    }

    /// The names of the classes and of the axes.
    fn names(&self, canvas: &Canvas<'_>, origin: (i32, i32), names: &[String]) -> Result<()> {
        let bottom = self.cell(origin, names.len(), 0).1;
        let end = self.cell(origin, 0, names.len()).0;
        for (index, name) in names.iter().enumerate() {
            let (x, y) = self.cell(origin, index, index);
            let row = Type { size: self.name_size, ..Type::RIGHT };
            canvas.text((origin.0 - px(6), y + self.height / 2), name, row)?;
            let middle = x + self.width / 2;
            if self.upright {
                // Turned upward, the end of the text is its upper end.
                let set = Type { upward: true, horizontal: HPos::Right, ..row };
                canvas.text((middle, bottom + px(6)), name, set)?;
            } else {
                for (line, text) in lines(name, self.name_size, self.width).iter().enumerate() {
                    let below = bottom + px(5) + px(self.name_size + 2) * line as i32;
                    let set = Type { vertical: VPos::Top, size: self.name_size, ..Type::CENTRED };
                    canvas.text((middle, below), text, set)?;
                }
            }
        }
        let label = Type { colour: MUTED, ..Type::CENTRED };
        let below = bottom + self.below - LABEL / 2;
        canvas.text(((origin.0 + end) / 2, below), "predicted class", label)?;
        let beside = (MARGIN + LABEL / 2 - px(3), (origin.1 + bottom) / 2);
        canvas.text(beside, "true class", Type { upward: true, ..label })
    }
}

/// The name of a column in at most two lines where it can be broken: `T-shirt/` and `top`.
fn lines(name: &str, size: i32, width: i32) -> Vec<String> {
    wrap_text(&name.replace('/', "/ "), size, width)
}
