//! The real window under WebDriver: one driver and one program for each, both ended with it.

use std::error::Error;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// A first start draws with a cold cache, and password hashes are slow on purpose.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at the window.
const PAUSE: Duration = Duration::from_millis(100);
/// The program saves and lets its files go after the window has closed.
const END: Duration = Duration::from_secs(20);

pub(crate) struct Window {
    client: Client,
    driver: Driver,
    program: PathBuf,
    home: PathBuf,
}

/// Ends the driver also when a journey fails, and with it the program that it started.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Window {
    /// Opens the program on a home, with a file or without; none where no driver is named.
    pub(crate) async fn open(home: &TempDir, file: Option<&Path>) -> Outcome<Option<Self>> {
        let (Some(driver), Some(programs)) = (std::env::var_os("TAURI_DRIVER"), std::env::var_os("MINGCE_PROGRAMS"))
        else {
            eprintln!("LEFT OUT: TAURI_DRIVER and MINGCE_PROGRAMS are not set; run `cargo xtask test --only journeys`");
            return Ok(None);
        };
        let program = Path::new(&programs).join(format!("mingce-desktop{}", std::env::consts::EXE_SUFFIX));
        let data = home.path().join("data");
        std::fs::create_dir_all(&data)?;
        std::fs::write(
            data.join("preferences.json"),
            json!({ "language": "zh", "theme": "light", "density": "compact", "columns": [] }).to_string(),
        )?;
        let (port, native_port) = (free_port()?, free_port()?);
        let driver = Command::new(driver)
            .args(["--port", &port.to_string(), "--native-port", &native_port.to_string()])
            // What the web view and the window's place leave behind goes with the test.
            .env("HOME", home.path())
            .env("XDG_DATA_HOME", home.path().join("share"))
            .env("XDG_CONFIG_HOME", home.path().join("config"))
            .env("XDG_CACHE_HOME", home.path().join("cache"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map(Driver)?;
        let mut words = vec!["--home".to_owned(), path_text(&data)?];
        if let Some(file) = file {
            words.push(path_text(file)?);
        }
        let mut wanted = Capabilities::new();
        wanted.insert("browserName".into(), json!("wry"));
        wanted.insert("tauri:options".into(), json!({ "application": path_text(&program)?, "args": words }));
        let address = format!("http://127.0.0.1:{port}");
        let started = Instant::now();
        let client = loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            match builder.capabilities(wanted.clone()).connect(&address).await {
                Ok(client) => break client,
                // The driver listens a moment after it was started.
                Err(_) if started.elapsed() < END => tokio::time::sleep(PAUSE).await,
                Err(failure) => return Err(failure.into()),
            }
        };
        Ok(Some(Self { client, driver, program, home: data }))
    }

    /// Closes the window as a person would, and waits until the program is gone.
    pub(crate) async fn close(self) -> Outcome {
        self.client.close_window().await?;
        let started = Instant::now();
        while runs_on(&self.program, &self.home) {
            if started.elapsed() > END {
                return Err("the program did not end with its window".into());
            }
            tokio::time::sleep(PAUSE).await;
        }
        // The session may have ended with the program.
        let _ = self.client.close().await;
        drop(self.driver);
        Ok(())
    }

    /// Waits for an element.
    pub(crate) async fn wait_for(&self, css: &str) -> Outcome<Element> {
        self.with(css, "", async |element| Ok(element)).await
    }

    /// Waits for an element of this kind whose text has the words in it.
    pub(crate) async fn wait_for_text(&self, css: &str, words: &str) -> Outcome<Element> {
        self.with(css, words, async |element| Ok(element)).await
    }

    pub(crate) async fn wait_until_gone(&self, css: &str) -> Outcome {
        let started = Instant::now();
        while !self.client.find_all(Locator::Css(css)).await?.is_empty() {
            if started.elapsed() > PATIENCE {
                return Err(self.missing(&format!("no {css}")).await);
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    pub(crate) async fn click(&self, css: &str) -> Outcome {
        self.click_text(css, "").await
    }

    pub(crate) async fn click_text(&self, css: &str, words: &str) -> Outcome {
        self.with(css, words, async |element| element.click().await).await
    }

    pub(crate) async fn fill(&self, css: &str, text: &str) -> Outcome {
        self.with(css, "", async |element| element.send_keys(text).await).await
    }

    /// Finds the first element of this kind with the words in it and does something with it, for as long as the page
    /// is still being drawn: an element may be drawn anew between being found and being used.
    async fn with<T>(
        &self,
        css: &str,
        words: &str,
        action: impl AsyncFn(Element) -> Result<T, CmdError>,
    ) -> Outcome<T> {
        let started = Instant::now();
        loop {
            let tried = match self.find(css, words).await {
                Ok(Some(element)) => action(element).await.map(Some),
                Ok(None) => Ok(None),
                Err(failure) => Err(failure),
            };
            match tried {
                Ok(Some(done)) => return Ok(done),
                Err(failure) if !is_of_drawing(&failure) => return Err(failure.into()),
                _ if started.elapsed() > PATIENCE => {
                    return Err(self.missing(&format!("{css} with {words:?}")).await);
                }
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    async fn find(&self, css: &str, words: &str) -> Result<Option<Element>, CmdError> {
        for element in self.client.find_all(Locator::Css(css)).await? {
            // Not what WebDriver calls its text: that leaves out what cannot be selected, as in the grid.
            let text = element.prop("textContent").await?.unwrap_or_default();
            if spaceless(&text).contains(&spaceless(words)) {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// Keys to whatever has the focus.
    pub(crate) async fn press(&self, keys: &str) -> Outcome {
        Ok(self.client.active_element().await?.send_keys(keys).await?)
    }

    pub(crate) async fn number(&self, script: &str) -> Outcome<i64> {
        Ok(self.client.execute(script, Vec::new()).await?.as_i64().ok_or("not a whole number")?)
    }

    /// A picture of the page, for people to look at.
    pub(crate) async fn picture(&self, name: &str) -> Outcome {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        Ok(std::fs::write(file, self.client.screenshot().await?)?)
    }

    /// What was seen in place of what was waited for.
    async fn missing(&self, what: &str) -> Box<dyn Error + Send + Sync> {
        let _ = self.picture("missing").await;
        let seen = match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(failure) => failure.to_string(),
        };
        format!("waited for {what}; the window shows:\n{seen}").into()
    }
}

/// Whether a moment later the same may succeed: the page was drawn anew, or something moves over it.
fn is_of_drawing(failure: &CmdError) -> bool {
    failure.is_stale_element_reference()
        || failure.is_no_such_element()
        || failure.is_element_not_interactable()
        || matches!(failure, CmdError::Standard(told) if told.error == ErrorStatus::ElementClickIntercepted)
}

/// Ant Design sets a space between two Chinese characters of a button.
fn spaceless(text: &str) -> String {
    text.split_whitespace().collect()
}

fn path_text(path: &Path) -> Outcome<String> {
    Ok(path.to_str().ok_or("a path that is not Unicode")?.to_owned())
}

fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Whether the program still runs on this home, by what the system says of each process.
#[cfg(target_os = "linux")]
fn runs_on(program: &Path, home: &Path) -> bool {
    let wanted = [program.as_os_str(), home.as_os_str()];
    std::fs::read_dir("/proc").into_iter().flatten().flatten().any(|process| {
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        wanted.iter().all(|word| line.split(|byte| *byte == 0).any(|part| part == word.as_encoded_bytes()))
    })
}

/// Elsewhere the driver ends the program before it answers.
#[cfg(not(target_os = "linux"))]
fn runs_on(_program: &Path, _home: &Path) -> bool {
    false
}
