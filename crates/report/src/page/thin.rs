//! Fewer samples for the page, without losing what an operator looks for.

use rivera_sim::Sample;

/// Most samples that a page holds.
pub(super) const MOST: usize = 600;

/// The series whose peaks are kept.
const SERIES: [fn(&Sample) -> u32; 5] = [
    |sample| sample.starting,
    |sample| sample.waiting,
    |sample| sample.evacuating,
    |sample| sample.down,
    |sample| sample.cells_evacuating + sample.cells_updating + sample.cells_starting,
];

/// At most [`MOST`] of the samples, in their order: the last one, and of each of many equally long stretches the first
/// and those in which a series has its peak. None is made up, so the states of the cells still add up in each.
pub(super) fn thin(samples: &[Sample]) -> Vec<Sample> {
    let mut stretch = samples.len().div_ceil(MOST).max(1);
    loop {
        let kept = keep(samples, stretch);
        // Peaks often coincide; the stretches are as short as that allows.
        if kept.len() <= MOST {
            return kept;
        }
        stretch += stretch / 4 + 1;
    }
}

fn keep(samples: &[Sample], stretch: usize) -> Vec<Sample> {
    let mut kept: Vec<usize> = Vec::with_capacity(MOST);
    for start in (0..samples.len()).step_by(stretch) {
        let within = start..samples.len().min(start + stretch);
        kept.push(start);
        for value in SERIES {
            // `max_by_key` gives the last of equal ones; the first tells when the peak was reached.
            kept.extend(within.clone().rev().max_by_key(|position| value(&samples[*position])));
        }
    }
    kept.extend(samples.len().checked_sub(1));
    kept.sort_unstable();
    kept.dedup();
    kept.into_iter().map(|position| samples[position]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(t: u32, values: [u32; 4]) -> Sample {
        let [starting, waiting, evacuating, down] = values;
        Sample {
            t_s: f64::from(t),
            cells_in_service: 10,
            cells_evacuating: starting % 3,
            cells_updating: waiting % 3,
            cells_starting: 0,
            starting,
            waiting,
            evacuating,
            down,
            ..Sample::default()
        }
    }

    #[test]
    fn as_many_samples_as_a_page_holds_are_all_kept() {
        let samples: Vec<Sample> = (0..).take(MOST).map(|t| sample(t, [t % 7, t % 5, t % 3, 0])).collect();
        assert!(thin(&samples) == samples);
        assert!(thin(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn peaks_order_and_end_survive(values in prop::collection::vec(prop::array::uniform4(0..1000_u32), 1..3000)) {
            let samples: Vec<Sample> = (0..).zip(&values).map(|(t, values)| sample(t, *values)).collect();
            let thinned = thin(&samples);
            prop_assert!(thinned.len() <= MOST);
            prop_assert!(thinned.windows(2).all(|pair| pair[0].t_s < pair[1].t_s));
            prop_assert_eq!(thinned.last(), samples.last());
            for value in SERIES {
                prop_assert_eq!(thinned.iter().map(value).max(), samples.iter().map(value).max());
            }
            if samples.len() <= MOST {
                prop_assert!(thinned == samples);
            }
        }
    }
}
