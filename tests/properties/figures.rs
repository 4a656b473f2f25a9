use fashion::answer::{Outcome, Profile, answer};
use fashion::ndarray::{Array2, Array4};
use fashion::show::{
    Bars, ConfusionPlot, Figure, Gallery, HistoryPlot, LineChart, Scatter, Table, WeightImages,
};
use fashion::text::{percent, points, thousands};
use proptest::collection::vec;
use proptest::prelude::*;

use super::absurd::{cases, count, float, floats};

/// A figure is a whole image whose places are numbers, or there is a reason for none.
fn assert_whole(
    figures: impl IntoIterator<Item = fashion::Result<Figure>>,
) -> Result<(), TestCaseError> {
    for figure in figures {
        match figure {
            Err(error) => prop_assert!(!error.to_string().is_empty()),
            Ok(figure) => {
                let svg = figure.svg().trim();
                prop_assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{}", svg);
                prop_assert_eq!(svg.matches('<').count(), svg.matches('>').count(), "{}", svg);
                prop_assert!(!svg.contains("=\"NaN") && !svg.contains("=\"inf"), "{}", svg);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_lines(y in floats(), x in floats(), more in floats(), size in any::<(u16, u16)>(), name in ".{0,40}") {
        let chart = LineChart::new(name.clone(), "x", "y").series(name.clone(), &y).series_xy("b", &x, &more);
        let chart = chart.band(&more, &y).include_y(1.0).size(size.0 % 3000, size.1 % 3000);
        assert_whole([chart.draw(), chart.clone().log_x().draw(), chart.log_y().draw()])?;
        let row = HistoryPlot::new(&name).curve(&name, &y).curve("val_loss", &x).draw();
        prop_assert!(row.map_or(true, |row| row.to_string().contains("figure")));
    }

    #[test]
    fn any_bars_and_points(values in floats(), spread in floats(), names in vec(".{0,12}", 0..6), width in any::<u16>(), x in float(), y in float()) {
        let bars = Bars::new("bars", "y", &names).series("a", &values).spread(&spread).width(width % 3000);
        assert_whole([bars.draw(), bars.decimals(40).dots().draw()])?;
        let points = Scatter::new("points", "x", "y").point("group", "", x, y).point("b", "label", y, x);
        assert_whole([points.draw(), points.clone().log_x().pareto().draw(), points.log_y().size(width, 2).draw()])?;
    }

    #[test]
    fn any_images(pixels in vec(any::<u8>(), 0..800), values in floats(), columns in count(), scale in 0..9_u16) {
        let gallery = Gallery::new("g").bytes(&pixels, "").image(&values, "caption\nof two lines");
        assert_whole([gallery.columns(columns).scale(scale).draw()])?;
        let units = Array2::from_shape_fn((values.len(), 2), |(i, _)| values[i]);
        assert_whole([WeightImages::units("w", &units).columns(columns).scale(scale).draw()])?;
        let filters = Array4::from_elem((2, 1, columns.min(3), 3), values.first().copied().unwrap_or(0.0));
        assert_whole([WeightImages::filters("w", &filters).limit(values.len() as f64).draw()])?;
    }

    #[test]
    fn any_confusion_plot(rows in 0..5_usize, columns in 0..5_usize, n in count(), cell in any::<u16>()) {
        let counts = Array2::from_elem((rows, columns), n);
        let plot = ConfusionPlot::new("m", &counts, &["a", "b"]).cell(cell % 500).draw();
        let difference = ConfusionPlot::difference("m", &counts, &Array2::zeros((2, 2)), &["a", "b"]).draw();
        prop_assert!((rows, columns) == (2, 2) || plot.is_err() && difference.is_err());
        assert_whole([plot, difference])?;
    }

    #[test]
    fn any_answer(text in ".*", printed in ".{0,20}", ours in float(), other in float()) {
        let parts = answer(text.clone()).in_profile(Profile::Full).say(text.clone()).claim(text.clone(), true, "");
        let parts = parts.beside("a", &printed, ours).shown_beside("b", &printed, [ours, other]);
        let parts = parts.beside("c", &format!("{ours:.3}"), ours);
        let record = parts.record();
        prop_assert_eq!((&record.id, record.claims.len(), record.comparisons.len()), (&text, 1, 3));
        prop_assert!(record.claims[0].text == text && record.claims[0].holds == Some(true));
        let same = if ours.is_finite() { Outcome::ToTheDigit } else { Outcome::NotComparable };
        prop_assert_eq!(record.comparisons[2].outcome, same);
        prop_assert!(!parts.to_string().is_empty());
        prop_assert!(percent(ours, 99).ends_with(" %") && points(ours, other, 3).ends_with(" points"));
        prop_assert_eq!(thousands(ours).replace(',', ""), format!("{ours:.0}"));
    }

    #[test]
    fn any_table(columns in vec(".{0,9}", 0..4), rows in vec(vec(".{0,9}", 0..6), 0..4), best in count()) {
        let table = rows.iter().fold(Table::new("t", columns), |table, row| table.row(row.iter().cloned()));
        let html = table.to_html();
        prop_assert_eq!(html.matches("<tr ").count(), rows.len() + 1, "{}", html);
        prop_assert!(html.ends_with("</table></div>"), "{}", html);
        prop_assert!(table.best(best).to_string().starts_with('t'));
    }
}
