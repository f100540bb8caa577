//! What a stretch of work cost this process.

use std::time::Instant;

use anyhow::{Context, Result};
use rustix::time::{ClockId, clock_gettime};

/// A stretch of work that began when this was made.
pub struct Meter {
    started: Instant,
    cpu_s: f64,
}

impl Meter {
    /// Begins.
    pub fn start() -> Self {
        Self { started: Instant::now(), cpu_s: cpu_s() }
    }

    /// Seconds by the clock.
    pub fn elapsed_s(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// CPU seconds of all threads.
    pub fn cpu_s(&self) -> f64 {
        cpu_s() - self.cpu_s
    }

    /// Prints the line that the runner reads: seconds by the clock, CPU seconds of all threads, peak memory so far.
    ///
    /// # Errors
    /// When the system does not tell the memory (it is read from /proc).
    pub fn print(&self, rows: u64) -> Result<()> {
        let (op_s, op_cpu_s) = (self.elapsed_s(), self.cpu_s());
        let peak_mb = peak_mb()?;
        println!(r#"{{"op_s":{op_s:.3},"op_cpu_s":{op_cpu_s:.3},"rows":{rows},"client_peak_mb":{peak_mb}}}"#);
        Ok(())
    }
}

fn cpu_s() -> f64 {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
}

fn peak_mb() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("peak memory is read from /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no peak memory is told")?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes / 1024)
}
