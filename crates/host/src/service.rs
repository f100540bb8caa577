//! The service inside this program, on threads of its own.

use mingce_app::{Outcome, RunningService, ServicePlan};
use mingce_ipc::{Code, Failure};
use mingce_service::{DatabaseKey, Running, ServiceOptions};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

struct Embedded {
    runtime: tokio::runtime::Runtime,
    running: Option<Running>,
    port: u16,
    network: Vec<IpAddr>,
}

/// Starts a service as the plan says; it ends when the value is dropped.
pub fn start(plan: ServicePlan) -> Outcome<Box<dyn RunningService>> {
    let failed = |reason: &str| Failure::from(Code::ServiceFailed).with("reason", reason);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("service")
        .enable_all()
        .build()
        .map_err(|_| failed("no_threads"))?;
    let address = if plan.is_on_network { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
    let network = if plan.is_on_network { network_addresses() } else { Vec::new() };
    let mut options = ServiceOptions::system(SocketAddr::from((address, plan.port)), &plan.folder);
    options.database_key = Some(DatabaseKey::new(*plan.key.as_bytes()));
    options.stop_grace = std::time::Duration::from_secs(2);
    // Port 0 is known only after the start; links then name the loopback address, which is right for it.
    options.public_url = network.first().filter(|_| plan.port != 0).map(|address| url(*address, plan.port));
    let running = runtime.block_on(mingce_service::start(options)).map_err(|_| failed("cannot_start"))?;
    let port = running.address.port();
    Ok(Box::new(Embedded { runtime, running: Some(running), port, network }))
}

fn url(address: IpAddr, port: u16) -> String {
    format!("http://{}", SocketAddr::from((address, port)))
}

/// Private addresses of this computer on which phones of the same network may find it, the likeliest first.
fn network_addresses() -> Vec<IpAddr> {
    let mut found: Vec<IpAddr> = local_ip_address::local_ip().into_iter().collect();
    for (_, address) in local_ip_address::list_afinet_netifas().unwrap_or_default() {
        let is_usable = matches!(address, IpAddr::V4(v4) if v4.is_private() && !v4.is_loopback());
        if is_usable && !found.contains(&address) {
            found.push(address);
        }
    }
    found.retain(|address| matches!(address, IpAddr::V4(v4) if !v4.is_loopback()));
    found
}

impl RunningService for Embedded {
    fn local_url(&self) -> String {
        url(IpAddr::V4(Ipv4Addr::LOCALHOST), self.port)
    }
    fn port(&self) -> u16 {
        self.port
    }
    fn network_urls(&self) -> Vec<String> {
        self.network.iter().map(|address| url(*address, self.port)).collect()
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            // Nothing is lost when it cannot stop in order: every answer was stored before it was given.
            let _ = self.runtime.block_on(running.stop());
        }
    }
}
