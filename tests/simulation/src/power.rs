//! A disk that forgets: everything that SQLite writes goes to real files, and beside them is kept what would be left if
//! the power failed now. Only what was synced is sure to be there; of what was written since, any part may be, in any
//! order, torn at sectors.
//!
//! It stands as SQLite's default file system of the whole process, below the real stores and below SQLCipher. Where it is
//! not installed, a power cut leaves what a kill leaves.

use crate::folders::Files;
use mingce_testkit::Random;
use sqlite_vfs::wip::{WalIndex, WalIndexLock};
use sqlite_vfs::{DatabaseHandle, LockKind, OpenAccess, OpenKind, OpenOptions, Vfs};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{Error, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

/// What a disk writes as one.
const SECTOR: usize = 512;
const REGION: usize = 32_768;
const SHARED_LOCKS: usize = 8;
/// Files of histories that are over are forgotten when so many are known.
const KNOWN: usize = 256;

static IS_INSTALLED: AtomicBool = AtomicBool::new(false);
static IS_LYING: AtomicBool = AtomicBool::new(false);
static DISKS: Mutex<BTreeMap<PathBuf, Arc<Mutex<Disk>>>> = Mutex::new(BTreeMap::new());
static NEXT: AtomicU64 = AtomicU64::new(1);

/// From here on every database of this process lies on such a disk.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        sqlite_vfs::register("forgetful", Forgetful, true).expect("SQLite takes another file system");
        IS_INSTALLED.store(true, Ordering::SeqCst);
    });
}

/// A disk that says it synced and did not; with it, histories must break.
pub fn lie(is_lying: bool) {
    IS_LYING.store(is_lying, Ordering::SeqCst);
}

/// What lies in the folder when the power fails now and comes back.
pub fn files_after_cut(folder: &Path, seed: u64) -> Files {
    let mut files = Files::of(folder);
    if !IS_INSTALLED.load(Ordering::SeqCst) {
        return files;
    }
    let mut random = Random::new(seed);
    let kept_percent = *random.pick(&[0, 50, 90, 100]);
    for (path, disk) in lock(&DISKS).iter() {
        if let Ok(name) = path.strip_prefix(folder) {
            files.put(&name.to_string_lossy(), lock(disk).after_cut(&mut random, kept_percent));
        }
    }
    files
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A write that the system has not yet brought to the disk.
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Length(usize),
}

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Write { offset, bytes } => write_at(to, *offset, bytes),
            Self::Length(length) => to.resize(*length, 0),
        }
    }

    /// Only some of its sectors reached the disk.
    fn apply_torn(&self, to: &mut Vec<u8>, random: &mut Random) {
        let Self::Write { offset, bytes } = self else { return };
        for (place, sector) in bytes.chunks(SECTOR).enumerate() {
            if random.percent(50) {
                write_at(to, offset + place * SECTOR, sector);
            }
        }
    }
}

fn write_at(to: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if to.len() < end {
        to.resize(end, 0);
    }
    to[offset..end].copy_from_slice(bytes);
}

/// One file as the disk has it, and what its handles share.
#[derive(Default)]
struct Disk {
    /// As it was synced last; `None`: its name may not be in the folder yet.
    durable: Option<Vec<u8>>,
    pending: Vec<Change>,
    locks: HashMap<u64, LockKind>,
    regions: Vec<Box<[u8; REGION]>>,
    /// For each slot, who holds it; `true`: alone.
    slots: [HashMap<u64, bool>; SHARED_LOCKS],
    handles: usize,
}

impl Disk {
    fn sync(&mut self) {
        let durable = self.durable.get_or_insert_default();
        self.pending.drain(..).for_each(|change| change.apply(durable));
    }

    fn after_cut(&self, random: &mut Random, kept_percent: u64) -> Option<Vec<u8>> {
        let mut left = match &self.durable {
            Some(durable) => durable.clone(),
            None if random.percent(50) => return None,
            None => Vec::new(),
        };
        for change in &self.pending {
            if random.percent(kept_percent) {
                change.apply(&mut left);
            } else if random.percent(25) {
                change.apply_torn(&mut left, random);
            }
        }
        Some(left)
    }
}

struct Forgetful;

struct Handle {
    id: u64,
    file: File,
    path: PathBuf,
    /// `None`: a temporary file, which nobody misses.
    disk: Option<Arc<Mutex<Disk>>>,
}

impl Vfs for Forgetful {
    type Handle = Handle;

    fn open(&self, name: &str, options: OpenOptions) -> Result<Handle, Error> {
        let path = PathBuf::from(name);
        let is_kept = matches!(options.kind, OpenKind::MainDb | OpenKind::MainJournal | OpenKind::Wal);
        let mut opened = File::options();
        opened.read(true).write(options.access != OpenAccess::Read);
        match options.access {
            OpenAccess::Create => drop(opened.create(true)),
            OpenAccess::CreateNew => drop(opened.create_new(true)),
            OpenAccess::Read | OpenAccess::Write => {}
        }
        let mut disks = lock(&DISKS);
        let is_new = !path.exists();
        let mut file = opened.open(&path)?;
        let disk = match is_kept {
            false => None,
            true => {
                if disks.len() > KNOWN {
                    disks.retain(|path, disk| lock(disk).handles > 0 || path.exists());
                }
                let disk = disks.entry(path.clone()).or_default().clone();
                let mut known = lock(&disk);
                if known.handles == 0 && known.pending.is_empty() {
                    // What was laid there before is on the disk.
                    let mut bytes = Vec::new();
                    file.read_to_end(&mut bytes)?;
                    known.durable = (!is_new).then_some(bytes);
                }
                known.handles += 1;
                drop(known);
                Some(disk)
            }
        };
        Ok(Handle { id: NEXT.fetch_add(1, Ordering::Relaxed), file, path, disk })
    }

    fn delete(&self, name: &str) -> Result<(), Error> {
        lock(&DISKS).remove(Path::new(name));
        std::fs::remove_file(name)
    }

    fn exists(&self, name: &str) -> Result<bool, Error> {
        Ok(std::fs::metadata(name).is_ok_and(|found| found.len() > 0))
    }

    fn access(&self, name: &str, _write: bool) -> Result<bool, Error> {
        Ok(Path::new(name).exists())
    }

    fn temporary_name(&self) -> String {
        let name = format!("forgetful-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        std::env::temp_dir().join(name).to_string_lossy().into_owned()
    }

    fn random(&self, buffer: &mut [i8]) {
        let mut random = Random::new(NEXT.fetch_add(1, Ordering::Relaxed));
        buffer.iter_mut().for_each(|byte| *byte = random.next_u64() as i8);
    }

    #[allow(clippy::disallowed_methods, reason = "SQLite asks for it while somebody else has the database")]
    fn sleep(&self, duration: Duration) -> Duration {
        std::thread::sleep(duration);
        duration
    }
}

impl Handle {
    fn note(&self, change: Change) {
        if let Some(disk) = &self.disk {
            lock(disk).pending.push(change);
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let Some(disk) = self.disk.take() else { return };
        let mut disks = lock(&DISKS);
        let mut known = lock(&disk);
        known.handles -= 1;
        known.locks.remove(&self.id);
        if known.handles == 0 {
            known.regions.clear();
            let is_here = disks.get(&self.path).is_some_and(|here| Arc::ptr_eq(here, &disk));
            if is_here && known.pending.is_empty() {
                disks.remove(&self.path);
            }
        }
    }
}

impl DatabaseHandle for Handle {
    type WalIndex = Index;

    fn size(&self) -> Result<u64, Error> {
        Ok(self.file.metadata()?.len())
    }

    fn read_exact_at(&mut self, buffer: &mut [u8], offset: u64) -> Result<(), Error> {
        self.file.seek(SeekFrom::Start(offset))?;
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read(&mut buffer[filled..])? {
                0 => {
                    // SQLite wants zeros behind the end.
                    buffer[filled..].fill(0);
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                read => filled += read,
            }
        }
        Ok(())
    }

    fn write_all_at(&mut self, buffer: &[u8], offset: u64) -> Result<(), Error> {
        self.file.seek(SeekFrom::Start(offset))?;
        self.file.write_all(buffer)?;
        let offset = usize::try_from(offset).map_err(|_| ErrorKind::InvalidInput)?;
        self.note(Change::Write { offset, bytes: buffer.to_vec() });
        Ok(())
    }

    fn sync(&mut self, _data_only: bool) -> Result<(), Error> {
        if let Some(disk) = self.disk.as_ref().filter(|_| !IS_LYING.load(Ordering::Relaxed)) {
            lock(disk).sync();
        }
        Ok(())
    }

    fn set_len(&mut self, size: u64) -> Result<(), Error> {
        self.file.set_len(size)?;
        self.note(Change::Length(usize::try_from(size).map_err(|_| ErrorKind::InvalidInput)?));
        Ok(())
    }

    fn lock(&mut self, wanted: LockKind) -> Result<bool, Error> {
        let Some(disk) = &self.disk else { return Ok(true) };
        let locks = &mut lock(disk).locks;
        let others = |kinds: &[LockKind]| locks.iter().any(|(id, held)| *id != self.id && kinds.contains(held));
        use LockKind::{Exclusive, None, Pending, Reserved, Shared};
        let is_held = locks.get(&self.id).is_some_and(|held| *held != None);
        let may = match wanted {
            None => true,
            Shared => is_held || !others(&[Pending, Exclusive]),
            Reserved | Pending => !others(&[Reserved, Pending, Exclusive]),
            Exclusive => !others(&[Shared, Reserved, Pending, Exclusive]),
        };
        if may {
            locks.insert(self.id, wanted);
        }
        Ok(may)
    }

    fn reserved(&mut self) -> Result<bool, Error> {
        let Some(disk) = &self.disk else { return Ok(false) };
        let kinds = [LockKind::Reserved, LockKind::Pending, LockKind::Exclusive];
        Ok(lock(disk).locks.values().any(|held| kinds.contains(held)))
    }

    fn current_lock(&self) -> Result<LockKind, Error> {
        let held = self.disk.as_ref().and_then(|disk| lock(disk).locks.get(&self.id).copied());
        Ok(held.unwrap_or(LockKind::None))
    }

    fn wal_index(&self, _readonly: bool) -> Result<Index, Error> {
        let disk = self.disk.clone().ok_or(ErrorKind::Unsupported)?;
        Ok(Index { id: self.id, disk })
    }
}

/// The index of a log: memory that all handles of a file share.
struct Index {
    id: u64,
    disk: Arc<Mutex<Disk>>,
}

impl WalIndex for Index {
    fn map(&mut self, region: u32) -> Result<[u8; REGION], Error> {
        let regions = &mut lock(&self.disk).regions;
        let place = region as usize;
        while regions.len() <= place {
            regions.push(Box::new([0; REGION]));
        }
        Ok(*regions[place])
    }

    fn lock(&mut self, slots: Range<u8>, wanted: WalIndexLock) -> Result<bool, Error> {
        let mut disk = lock(&self.disk);
        let slots = &mut disk.slots[usize::from(slots.start)..usize::from(slots.end)];
        let is_barred = |slot: &HashMap<u64, bool>| {
            slot.iter().any(|(id, alone)| *id != self.id && (*alone || wanted == WalIndexLock::Exclusive))
        };
        if wanted != WalIndexLock::None && slots.iter().any(is_barred) {
            return Ok(false);
        }
        for slot in slots {
            match wanted {
                WalIndexLock::None => drop(slot.remove(&self.id)),
                wanted => drop(slot.insert(self.id, wanted == WalIndexLock::Exclusive)),
            }
        }
        Ok(true)
    }

    fn delete(self) -> Result<(), Error> {
        lock(&self.disk).regions.clear();
        Ok(())
    }

    fn pull(&mut self, region: u32, data: &mut [u8; REGION]) -> Result<(), Error> {
        if let Some(shared) = lock(&self.disk).regions.get(region as usize) {
            data.copy_from_slice(&shared[..]);
        }
        Ok(())
    }

    fn push(&mut self, region: u32, data: &[u8; REGION]) -> Result<(), Error> {
        if let Some(shared) = lock(&self.disk).regions.get_mut(region as usize) {
            shared.copy_from_slice(data);
        }
        Ok(())
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        for slot in &mut lock(&self.disk).slots {
            slot.remove(&self.id);
        }
    }
}
