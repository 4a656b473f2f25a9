//! A chart that ends a cell without `.draw()?` shows the figure, or why it cannot be drawn.

use super::bars::Bars;
use super::bundle::{Bundle, Render};
use super::confusion::ConfusionPlot;
use super::gallery::Gallery;
use super::line::LineChart;
use super::scatter::Scatter;
use super::weights::WeightImages;

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
