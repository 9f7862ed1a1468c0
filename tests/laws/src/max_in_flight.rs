//! Any text as a throttle: what was read is read again alike, and the values keep their bounds.

use rivera_limiter::{Canaries, MaxInFlight, OpsManagerMaxInFlight, StartLimit};

use crate::target::{Law, text};

const SIZES: [usize; 6] = [0, 1, 3, 67, 200, usize::MAX];

/// The text of a throttle.
#[derive(Debug)]
pub struct Throttle(String);

impl Law for Throttle {
    const NAME: &str = "max_in_flight";

    fn read(bytes: &[u8]) -> Option<Self> {
        text(bytes).map(Self)
    }

    fn check(self) {
        let Self(text) = self;
        let bosh = text.parse::<MaxInFlight>();
        if let Ok(value) = bosh {
            assert_eq!(value.to_string().parse(), Ok(value));
            assert!(SIZES.map(|size| value.in_flight(size)).is_sorted());
            assert!(SIZES.iter().all(|size| value.in_flight(*size) >= 1));
        }
        if let Ok(value) = text.parse::<Canaries>() {
            assert_eq!(value.to_string().parse(), Ok(value));
            assert!(SIZES.iter().all(|size| value.canaries(*size) <= *size));
        }
        if let Ok(value) = text.parse::<OpsManagerMaxInFlight>() {
            assert_eq!(value.to_string().parse(), Ok(value));
            // What Ops Manager takes, BOSH takes too, and it means the same.
            if let OpsManagerMaxInFlight::Set(value) = value {
                assert_eq!(bosh, Ok(value));
            }
        }
        if let Ok(value) = text.parse::<StartLimit>() {
            assert_eq!(value.to_string().parse(), Ok(value));
        }
    }
}
