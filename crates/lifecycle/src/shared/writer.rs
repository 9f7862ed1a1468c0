//! How a change takes effect. The protocol is in the module's head.

use super::error::TableLimit;
use super::packed::Packed;
use super::sync::Ordering;
use super::table::SharedTable;
use crate::group::InstanceGroup;
use crate::record::LrpKey;

/// One thread's hand in a [`SharedTable`]: it owns the slot that the next change is written to.
#[derive(Debug)]
pub struct Writer<'a> {
    pub(super) table: &'a SharedTable,
    spare: u32,
}

impl SharedTable {
    /// A writer, for one thread. It may be dropped and made anew at any time.
    ///
    /// # Errors
    /// [`TableLimit::Writers`] if all that the table was made for are in use.
    pub fn writer(&self) -> Result<Writer<'_>, TableLimit> {
        let spare = self.spares.take().ok_or(TableLimit::Writers)?;
        Ok(Writer { table: self, spare })
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.table.spares.give_back(self.spare);
    }
}

impl Writer<'_> {
    /// The table.
    #[must_use]
    pub const fn table(&self) -> &SharedTable {
        self.table
    }

    /// Applies `change` to the records of an index at one moment. It is called again whenever another change came first,
    /// and only its last call counts.
    #[inline]
    pub(super) fn update<R>(
        &mut self,
        lrp: LrpKey,
        change: impl FnMut(&mut InstanceGroup) -> R,
    ) -> Result<R, TableLimit> {
        let position = self.table.position(lrp)?;
        self.update_at(position, change)
    }

    /// See [`Writer::update`].
    #[inline]
    pub(super) fn update_at<R>(
        &mut self,
        position: usize,
        mut change: impl FnMut(&mut InstanceGroup) -> R,
    ) -> Result<R, TableLimit> {
        loop {
            let (head, before) = self.table.read(position);
            let mut group = before.unpack();
            let result = change(&mut group);
            let after = Packed::pack(&group)?;
            if after == before {
                return Ok(result);
            }
            let next = head.next(after.kinds, self.spare)?;
            self.table.slots.write(self.spare, &after);
            if head.is_noted() {
                self.table.changes.tell(position);
            }
            let exchanged = self.table.heads[position].compare_exchange(
                head.0,
                next.0,
                Ordering::Release,
                Ordering::Relaxed,
            );
            if exchanged.is_ok() {
                self.spare = head.slot();
                return Ok(result);
            }
        }
    }
}
