//! A loopback proxy that counts the bytes and connections between a client and a server, whatever they speak.
//!
//! usage: `count_proxy LISTEN_PORT TARGET_PORT STATS_PORT`. Each connection to STATS_PORT is answered with one line
//! `UP DOWN CONNECTIONS` (client to server, server to client) and closed.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::{Context, Result};

#[derive(Default)]
struct Counts {
    up_bytes: AtomicU64,
    down_bytes: AtomicU64,
    connections: AtomicU64,
}

fn main() -> Result<()> {
    let mut ports = std::env::args().skip(1).map(|word| word.parse::<u16>().context("a port is a number"));
    let mut port = |name: &str| ports.next().with_context(|| format!("{name} is missing"))?;
    let (listen, target, stats) = (port("LISTEN_PORT")?, port("TARGET_PORT")?, port("STATS_PORT")?);
    let counts = Arc::new(Counts::default());
    let stats = TcpListener::bind((Ipv4Addr::LOCALHOST, stats)).context("the port for the counts is taken")?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, listen)).context("the proxy's port is taken")?;
    let told = Arc::clone(&counts);
    thread::spawn(move || tell(&stats, &told));
    for client in listener.incoming().flatten() {
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)) else { continue };
        counts.connections.fetch_add(1, Ordering::Relaxed);
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (client_again, server_again) = (client.try_clone()?, server.try_clone()?);
        let (up, down) = (Arc::clone(&counts), Arc::clone(&counts));
        thread::spawn(move || carry(client, server, |bytes| up.up_bytes.fetch_add(bytes, Ordering::Relaxed)));
        thread::spawn(move || {
            carry(server_again, client_again, |bytes| down.down_bytes.fetch_add(bytes, Ordering::Relaxed))
        });
    }
    Ok(())
}

/// Copies until either side is done, counting before it hands on, so that no answer is seen before it is counted.
fn carry(mut from: TcpStream, mut to: TcpStream, count: impl Fn(u64) -> u64) {
    let mut buffer = vec![0; 256 << 10];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        count(read as u64);
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    // The other side may be gone already.
    let _ = to.shutdown(Shutdown::Write);
}

fn tell(stats: &TcpListener, counts: &Counts) {
    for mut asker in stats.incoming().flatten() {
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let line = format!("{} {} {}\n", load(&counts.up_bytes), load(&counts.down_bytes), load(&counts.connections));
        // An asker that went away asks again.
        let _ = asker.write_all(line.as_bytes());
    }
}
