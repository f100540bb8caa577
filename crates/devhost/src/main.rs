//! Serves the desktop's UI and its calls on loopback, so that a browser can be used in place of the window.
//!
//! For development and tests only: whoever reaches the port acts as the administrator, so it binds to 127.0.0.1 and answers
//! no other origin or host name. Calls need no token: any program on this computer can make them.

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use clap::Parser;
use mingce_app::App;
use mingce_host::SystemHost;
use mingce_ipc::{Code, Event, Failure};
use mingce_vault::{FileVault, KeyringVault, Vault};
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt};

#[derive(Parser)]
struct Arguments {
    /// Folder of rosters and settings.
    #[arg(long)]
    home: PathBuf,
    /// Folder of the built UI.
    #[arg(long, default_value = "ui/dist")]
    ui: PathBuf,
    /// 0 = any free port; the address is printed.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Use this key file in place of the system keyring.
    #[arg(long)]
    key_file: Option<PathBuf>,
}

struct Served {
    app: App,
    events: broadcast::Sender<Event>,
    origin: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", arguments.port)).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let (events, _) = broadcast::channel(1_024);
    let served = tokio::task::spawn_blocking({
        let (events, origin) = (events.clone(), origin.clone());
        let ui = arguments.ui.clone();
        move || -> Result<Arc<Served>> {
            if !ui.join("index.html").exists() {
                bail!("the UI is not built: run `npm run build` in ui/");
            }
            let home = std::path::absolute(&arguments.home)?;
            std::fs::create_dir_all(&home)?;
            let vault: Box<dyn Vault> = match &arguments.key_file {
                Some(file) => Box::new(FileVault::open(file, &home)?),
                None => Box::new(KeyringVault::new()),
            };
            let teller = events.clone();
            let host = SystemHost::new(home, vault).context("no host")?.with_events(move |event| {
                let _ = teller.send(event);
            });
            Ok(Arc::new(Served { app: App::new(Arc::new(host)), events, origin }))
        }
    })
    .await??;
    let router = Router::new()
        .route("/call/{name}", post(call))
        .route("/events", get(tell))
        .with_state(served.clone())
        .fallback_service(
            tower_http::services::ServeDir::new(&arguments.ui)
                .fallback(tower_http::services::ServeFile::new(arguments.ui.join("index.html"))),
        )
        .layer(middleware::from_fn_with_state(served, only_own_origin));
    println!("{origin}");
    axum::serve(listener, router).await?;
    Ok(())
}

/// A page of another origin cannot be used to reach the calls (DNS rebinding, cross-site posts).
async fn only_own_origin(State(served): State<Arc<Served>>, request: Request, next: Next) -> Response {
    let text = |headers: &HeaderMap, name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let host_fits = text(request.headers(), header::HOST).is_some_and(|host| format!("http://{host}") == served.origin);
    let origin_fits = text(request.headers(), header::ORIGIN).is_none_or(|origin| origin == served.origin);
    if host_fits && origin_fits { next.run(request).await } else { StatusCode::FORBIDDEN.into_response() }
}

async fn call(
    State(served): State<Arc<Served>>,
    Path(name): Path<String>,
    axum::Json(args): axum::Json<serde_json::Value>,
) -> Response {
    let answer = tokio::task::spawn_blocking(move || mingce_ipc::dispatch(&served.app, &name, args)).await;
    match answer.unwrap_or_else(|_| Err(Failure::from(Code::Internal))) {
        Ok(answer) => axum::Json(answer).into_response(),
        Err(failure) => (StatusCode::BAD_REQUEST, axum::Json(failure)).into_response(),
    }
}

async fn tell(State(served): State<Arc<Served>>) -> Sse<impl Stream<Item = Result<SseEvent, Infallible>>> {
    let stream = BroadcastStream::new(served.events.subscribe())
        .filter_map(|event| SseEvent::default().json_data(event.ok()?).ok().map(Ok));
    Sse::new(stream).keep_alive(KeepAlive::default())
}
