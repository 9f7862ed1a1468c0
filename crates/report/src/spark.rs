//! A course over time in one line: `▁▂▅█▃▁`.

/// Eight heights; a blank is nothing at all.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// At most `width` columns, each as high as the greatest value of its stretch by the greatest of all. Where all is zero it is
/// blank.
pub(crate) fn spark(values: &[f64], width: usize) -> String {
    let greatest = values.iter().copied().fold(0.0, f64::max);
    let columns = width.min(values.len());
    (0..columns)
        .map(|column| {
            let stretch = &values[column * values.len() / columns..(column + 1) * values.len() / columns];
            height(stretch.iter().copied().fold(0.0, f64::max), greatest)
        })
        .collect()
}

fn height(value: f64, greatest: f64) -> char {
    if value <= 0.0 {
        return ' ';
    }
    // The first height that is not below the value, so that the least of all still shows.
    let share = value / greatest;
    let reached = (1..=HEIGHTS.len()).find(|&step| {
        #[expect(clippy::cast_precision_loss, reason = "eight of them")]
        let step = step as f64;
        share <= step / 8.0 + 1e-9
    });
    HEIGHTS[reached.unwrap_or(HEIGHTS.len()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_high_as_the_greatest_of_its_stretch() {
        assert_eq!(spark(&[0.0, 1.0, 2.0, 4.0, 8.0], 80), " ▁▂▄█");
        assert_eq!(spark(&[0.0, 8.0, 1.0, 0.0, 0.0, 0.5], 3), "█▁▁");
        assert_eq!(spark(&[0.0, 0.0], 2), "  ");
        assert_eq!(spark(&[], 10), "");
    }
}
