//! Names of the recordings as the dense ids of the kernel, and back.

/// Names numbered in the order in which they come; the empty value is number 0.
#[derive(Debug)]
pub(crate) struct Names<T>(Vec<T>);

impl<T: Clone + Default + PartialEq> Default for Names<T> {
    fn default() -> Self {
        Self(vec![T::default()])
    }
}

impl<T: Clone + Default + PartialEq> Names<T> {
    pub(crate) fn number(&mut self, name: &T) -> u32 {
        let position = self.0.iter().position(|known| known == name).unwrap_or_else(|| {
            self.0.push(name.clone());
            self.0.len() - 1
        });
        u32::try_from(position).unwrap()
    }

    pub(crate) fn name(&self, number: u32) -> T {
        self.0[number as usize].clone()
    }
}
