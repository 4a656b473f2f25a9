//! A chart that ends a cell without `.draw()?` shows the figure, or why it cannot be drawn.

use super::{Bars, ConfusionPlot, Gallery, LineChart, Scatter, WeightImages};
use crate::display::{Bundle, Render, notebook_display};

macro_rules! shown_as_drawn {
    ($($chart:ty),+) => {$(
        impl Render for $chart {
            fn render(&self) -> Bundle {
                match self.draw() {
                    Ok(figure) => figure.render(),
                    Err(error) => Bundle::text(error.to_string()),
                }
            }
        }
    )+};
}

shown_as_drawn!(Bars, ConfusionPlot, Gallery, LineChart, Scatter, WeightImages);
notebook_display!(Bars, ConfusionPlot, Gallery, LineChart, Scatter, WeightImages);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_without_draw_shows_its_figure_or_its_error() {
        let bars = Bars::new("Title", "y", &["a"]).series("s", &[1.0]);
        assert!(bars.render() == bars.draw().unwrap().render());
        let empty = Bars::new("Title", "y", &["a"]).render();
        assert!(!empty.parts()[0].1.is_empty() && empty.parts().len() == 1);
    }
}
