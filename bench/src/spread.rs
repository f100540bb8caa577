//! Many times of the same thing, and the few figures that tell how they are spread.

/// Times in the order of their length.
pub struct Spread(Vec<f64>);

impl Spread {
    pub fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    /// The time that so many of a hundred do not exceed (nearest rank); of none it is 0.
    pub fn percentile(&self, percent: f64) -> f64 {
        let rank = (percent / 100.0 * self.0.len() as f64).ceil() as usize;
        self.0.get(rank.max(1) - 1).copied().unwrap_or_default()
    }

    pub fn median(&self) -> f64 {
        self.percentile(50.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let spread = Spread::of((1..=200).rev().map(f64::from).collect());
        assert_eq!([50.0, 95.0, 99.0, 100.0].map(|percent| spread.percentile(percent)), [100.0, 190.0, 198.0, 200.0]);
        assert_eq!(Spread::of(vec![3.0, 1.0, 2.0]).median(), 2.0);
        assert_eq!(Spread::of(Vec::new()).median(), 0.0);
    }
}
