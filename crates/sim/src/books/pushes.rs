//! What a push changes in the books: which version of an app is desired, and with how many instances.

use rivera_lifecycle::LrpKey;
use rivera_model::{ProcessIx, Time};

use super::Books;
use super::instance::Instance;
use crate::since::Since;

impl Books {
    /// An app has been pushed: one more version of it, which nobody desires yet.
    pub(crate) fn add_version(&mut self, app: ProcessIx) -> ProcessIx {
        let instances = self.apps[app.index()].instances;
        self.first.push(u32::try_from(self.instances.len()).expect("fewer instances than u32::MAX"));
        let end = self.instances.len() + instances as usize;
        self.instances.resize(end, Instance::default());
        self.versions.add(app)
    }

    /// An app is stopped, and another version of it desired. Answers which was desired before.
    pub(crate) fn restart(&mut self, version: ProcessIx, now: Time) -> ProcessIx {
        let old = self.versions.desire(version);
        let app_ix = self.versions.app(version);
        let app = &mut self.apps[app_ix.index()];
        let instances = app.instances;
        if let Some(since) = app.down_since.take() {
            app.longest_down = app.longest_down.max(now.since(since));
        }
        if !app.crashing {
            self.restarts.stop(app_ix, instances, now);
        }
        for (old, new) in self.instances_of(old).zip(self.instances_of(version)) {
            let ran = self.give_up(old, now);
            let slot = self.slot(new) as usize;
            let instance = &mut self.instances[slot];
            // What ran when the roll-out began is missed in the end, pushed or not.
            (instance.desired, instance.is_new, instance.ran) = (true, true, ran);
        }
        self.without_record += instances;
        old
    }

    /// A version that is rolled out has one more instance, which has not run yet.
    pub(crate) fn grow(&mut self, lrp: LrpKey) {
        let slot = self.slot(lrp) as usize;
        let instance = &mut self.instances[slot];
        (instance.desired, instance.is_new) = (true, true);
        self.without_record += 1;
    }

    /// A version that is rolled out takes the place of an instance. If no other of its app runs, the app is down from now on.
    pub(crate) fn scale_away(&mut self, lrp: LrpKey, now: Time) {
        let was_up = self.instances[self.slot(lrp) as usize].serving > 0;
        self.give_up(lrp, now);
        let app = &mut self.apps[self.versions.app(lrp.process).index()];
        if was_up && app.up == 0 && !app.crashing && self.counting_since.is_some() {
            app.down_since.begin(now);
        }
    }

    /// An instance is no longer desired: whatever its container still does counts for nothing. Answers whether it counted as one that
    /// ran when the roll-out began.
    fn give_up(&mut self, lrp: LrpKey, now: Time) -> bool {
        let slot = self.slot(lrp) as usize;
        let app = &mut self.apps[self.versions.app(lrp.process).index()];
        let instance = &mut self.instances[slot];
        self.without_record -= u32::from(instance.ordinary.is_none());
        if instance.serving > 0 {
            self.up -= 1;
            app.up -= 1;
        }
        if let Some(since) = instance.down_since.take() {
            self.down -= 1;
            self.downtime.add(app, instance.refused, now.since(since));
        }
        instance.pending_since = Since::NOT;
        instance.serving = 0;
        (instance.desired, instance.is_new, instance.refused) = (false, false, false);
        std::mem::take(&mut instance.ran)
    }
}
