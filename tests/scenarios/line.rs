//! The line between a desktop and the service: a TCP relay on loopback whose weather the test makes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What becomes of what is said over the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weather {
    Clear,
    /// Nobody answers.
    Down,
    /// A connection breaks after so many bytes of what the desktop says.
    RequestsCutAfter(usize),
    /// A connection breaks after so many bytes of what the service says: it has done what it was asked.
    AnswersCutAfter(usize),
}

impl Weather {
    /// The service does it and the desktop never hears.
    pub const ANSWERS_LOST: Weather = Weather::AnswersCutAfter(0);
    /// The service never hears.
    pub const REQUESTS_LOST: Weather = Weather::RequestsCutAfter(0);
}

/// One desktop's line.
pub struct Line {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
    target: watch::Sender<SocketAddr>,
    cuts: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

impl Line {
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let (weather, forecast) = watch::channel(Weather::Clear);
        let (target, towards) = watch::channel(target);
        let cuts = Arc::new(AtomicUsize::new(0));
        let counted = cuts.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let target = *towards.borrow();
                tokio::spawn(relay(stream, target, forecast.clone(), counted.clone()));
            }
        });
        Self { address, weather, target, cuts, accepting }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes the weather. Connections that stand break soon after, so that what comes next meets it.
    pub fn set(&self, weather: Weather) {
        self.weather.send_if_modified(|now| std::mem::replace(now, weather) != weather);
    }

    /// Where new connections lead.
    pub fn lead_to(&self, target: SocketAddr) {
        self.target.send_replace(target);
        self.weather.send_modify(|_| {});
    }

    /// How many connections the weather has cut.
    pub fn cuts(&self) -> usize {
        self.cuts.load(Ordering::SeqCst)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.accepting.abort();
        self.weather.send_replace(Weather::Down);
    }
}

async fn relay(desktop: TcpStream, target: SocketAddr, mut forecast: watch::Receiver<Weather>, cuts: Arc<AtomicUsize>) {
    let weather = *forecast.borrow_and_update();
    if weather == Weather::Down {
        return;
    }
    let Ok(service) = TcpStream::connect(target).await else { return };
    let _ = (desktop.set_nodelay(true), service.set_nodelay(true));
    let (request_bytes, answer_bytes) = match weather {
        Weather::Clear | Weather::Down => (usize::MAX, usize::MAX),
        Weather::RequestsCutAfter(bytes) => (bytes, usize::MAX),
        Weather::AnswersCutAfter(bytes) => (usize::MAX, bytes),
    };
    let (from_desktop, to_desktop) = desktop.into_split();
    let (from_service, to_service) = service.into_split();
    tokio::select! {
        () = carry(from_desktop, to_service, request_bytes, &cuts) => {}
        () = carry(from_service, to_desktop, answer_bytes, &cuts) => {}
        _ = forecast.changed() => {}
    }
}

/// Carries at most so many bytes; more of them end the connection. A cut is counted before either end can see it.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut left: usize, cuts: &AtomicUsize) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let Ok(read @ 1..) = from.read(&mut buffer).await else { return };
        let now = read.min(left);
        if to.write_all(&buffer[..now]).await.is_err() {
            return;
        }
        left -= now;
        if now < read {
            cuts.fetch_add(1, Ordering::SeqCst);
            return;
        }
    }
}
