//! Axes of time: round ticks, labelled as durations are written everywhere else.

use serde_json::{Map, Value, json};

use crate::figures::duration;

/// Steps that people count in, in seconds.
const STEPS_S: [f64; 22] = [
    1.0,
    2.0,
    5.0,
    10.0,
    15.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    900.0,
    1800.0,
    3600.0,
    7200.0,
    10_800.0,
    21_600.0,
    43_200.0,
    86_400.0,
    172_800.0,
    432_000.0,
    864_000.0,
    1_728_000.0,
];

/// Landmarks of scales on which equal distances are equal factors.
const LANDMARKS_S: [f64; 16] = [
    10.0,
    60.0,
    300.0,
    600.0,
    1200.0,
    1800.0,
    3600.0,
    7200.0,
    14_400.0,
    28_800.0,
    57_600.0,
    86_400.0,
    172_800.0,
    432_000.0,
    1_728_000.0,
    8_640_000.0,
];

/// Durations further apart than this are drawn on a logarithmic scale.
const SPAN: f64 = 6.0;

/// Room for the labels of vertical axes that stand one above the other.
pub(super) const LABELS_PX: u32 = 48;

const MOST_TICKS: f64 = 7.0;

/// A linear axis with ticks from `from_s` to `to_s`.
pub(super) fn linear(title: Option<&str>, from_s: f64, to_s: f64) -> Value {
    let fits = |step: &&f64| (to_s - from_s) / **step <= MOST_TICKS;
    let step_s = STEPS_S.iter().find(fits).copied().unwrap_or_else(|| (to_s - from_s) / MOST_TICKS);
    let first = (from_s / step_s).ceil() * step_s;
    let ticks =
        std::iter::successors(Some(first), |tick| Some(tick + step_s)).take_while(|tick| *tick <= to_s);
    axis(title, &ticks.collect::<Vec<f64>>())
}

/// Scale and axis from `from_s` to `to_s`: linear, or logarithmic where one slow roll-out would squeeze all others.
pub(super) fn spanning(title: Option<&str>, from_s: f64, to_s: f64) -> (Value, Value) {
    if from_s > 0.0 && to_s > SPAN * from_s {
        let ticks: Vec<f64> = LANDMARKS_S.into_iter().filter(|tick| (from_s..=to_s).contains(tick)).collect();
        (json!({ "type": "log", "nice": false, "padding": 24 }), axis(title, &ticks))
    } else {
        (json!({ "zero": false, "nice": false, "padding": 24 }), linear(title, from_s, to_s))
    }
}

/// Scale and axis from zero to above `to_s`, with room for a label. Where `from_s`, the least value, is far below, the
/// scale is logarithmic above a minute.
pub(super) fn from_zero(title: Option<&str>, from_s: f64, to_s: f64) -> (Value, Value) {
    // Where everything is zero the axis still needs a length.
    let to_s = to_s.max(60.0);
    if to_s > SPAN * SPAN * from_s.max(60.0) {
        // One in two landmarks: the distance between them is small where the scale spans much.
        let ticks = LANDMARKS_S.into_iter().skip(1).step_by(2).filter(|tick| *tick <= to_s);
        let ticks: Vec<f64> = std::iter::once(0.0).chain(ticks).collect();
        (json!({ "type": "symlog", "constant": 60, "domain": [0.0, 3.0 * to_s] }), axis(title, &ticks))
    } else {
        (json!({ "domain": [0.0, 1.2 * to_s] }), linear(title, 0.0, to_s))
    }
}

fn axis(title: Option<&str>, ticks: &[f64]) -> Value {
    let labels: Map<String, Value> =
        ticks.iter().map(|tick| (tick.to_string(), Value::String(duration(*tick)))).collect();
    json!({ "title": title, "values": ticks, "labelExpr": format!("{}[datum.value]", Value::Object(labels)) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round_and_labelled_as_durations() {
        let axis = linear(Some("time"), 0.0, 10_080.0);
        assert_eq!(axis["values"], json!([0.0, 1800.0, 3600.0, 5400.0, 7200.0, 9000.0]));
        let labels = axis["labelExpr"].as_str().unwrap();
        assert!(labels.contains(r#""5400":"1h 30m""#), "{labels}");
    }

    #[test]
    fn one_slow_roll_out_makes_the_scale_logarithmic() {
        let (scale, axis) = spanning(None, 3600.0, 86_400.0);
        assert_eq!(scale["type"], "log");
        assert_eq!(axis["values"], json!([3600.0, 7200.0, 14_400.0, 28_800.0, 57_600.0, 86_400.0]));
        let (scale, axis) = spanning(None, 3600.0, 7200.0);
        assert_eq!(scale["type"], Value::Null);
        assert_eq!(axis["values"], json!([3600.0, 4200.0, 4800.0, 5400.0, 6000.0, 6600.0, 7200.0]));
    }

    #[test]
    fn nothing_down_still_has_an_axis() {
        let (scale, axis) = from_zero(None, 0.0, 0.0);
        assert_eq!(scale["domain"], json!([0.0, 72.0]));
        assert_eq!(axis["values"].as_array().unwrap().len(), 7);
        assert_eq!(from_zero(None, 0.0, 86_400.0).0["type"], "symlog");
    }

    proptest! {
        #[test]
        fn an_axis_has_few_ticks_within_its_bounds(from in 0.0..1e7_f64, length in 0.0..1e8_f64) {
            let axis = linear(None, from, from + length);
            let ticks = axis["values"].as_array().unwrap();
            prop_assert!(ticks.len() <= 8);
            prop_assert!(ticks.iter().all(|tick| (from..=from + length).contains(&tick.as_f64().unwrap())));
        }
    }
}
