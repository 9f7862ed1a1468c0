//! The settings that no other one is better than in everything that counts.

/// Positions of those points which no other point equals or betters in all values while bettering it in one. Less is better;
/// equal points are all on the front.
#[must_use]
pub fn front<const N: usize>(points: &[[f64; N]]) -> Vec<usize> {
    let betters = |a: &[f64; N], b: &[f64; N]| {
        a.iter().zip(b).all(|(a, b)| a <= b) && a.iter().zip(b).any(|(a, b)| a < b)
    };
    (0..points.len()).filter(|&ix| !points.iter().any(|other| betters(other, &points[ix]))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_worse_in_everything_is_not_on_it() {
        assert_eq!(front(&[[1.0, 9.0], [2.0, 2.0], [3.0, 3.0], [9.0, 1.0], [2.0, 2.0]]), [0, 1, 3, 4]);
        assert!(front::<2>(&[]).is_empty());
    }

    proptest! {
        /// Everything is bettered by somebody on the front, and nobody on it by anybody.
        #[test]
        fn it_holds_the_best_of_all(points in prop::collection::vec(prop::array::uniform3(0_u8..5), 1..30)) {
            let points: Vec<[f64; 3]> = points.iter().map(|point| point.map(f64::from)).collect();
            let front = front(&points);
            prop_assert!(!front.is_empty());
            for (ix, point) in points.iter().enumerate() {
                let bettered = front.iter().any(|&at| {
                    points[at].iter().zip(point).all(|(a, b)| a <= b) && points[at] != *point
                });
                prop_assert_eq!(front.contains(&ix), !bettered);
            }
        }
    }
}
