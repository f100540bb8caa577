//! The stream of a device: server-sent events (WHATWG HTML, section 9.2) that say how far the organisation's log has come.
//! Only a hint to pull: losing one costs nothing, and none holds anything of the roster.

use crate::body::BodyError;
use serde::{Deserialize, Serialize};

/// Media type of the stream.
pub const EVENTS_MEDIA_TYPE: &str = "text/event-stream";
/// A comment that says that the stream still stands, sent when nothing else is.
pub const STILL_HERE: &str = ":\n\n";
/// Seconds between two of them.
pub const STILL_HERE_S: u64 = 20;
/// Longest line of a stream.
const LINE_BYTES_MAX: usize = 1_024;

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// The epoch of the log; another one is another log, whatever its head. 0 from services that did not say it yet.
    #[serde(default)]
    pub epoch: u64,
    /// The organisation's newest version.
    pub head: u64,
    /// Counts the changes of what the account may see and do in the organisation.
    pub scope: u64,
}

/// The event as it goes over the wire.
pub fn write_news(news: &News) -> String {
    format!("data: {{\"epoch\":{},\"head\":{},\"scope\":{}}}\n\n", news.epoch, news.head, news.scope)
}

/// Reads a stream as it comes, piece by piece.
#[derive(Default, Debug)]
pub struct NewsReader {
    bytes: Vec<u8>,
    data: Vec<u8>,
}

impl NewsReader {
    /// Takes what came.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole event of what came; `None` when more has to come first.
    ///
    /// # Errors
    /// `Malformed` for what no service of ours says, `TooLarge` for a line without an end.
    pub fn next_news(&mut self) -> Result<Option<News>, BodyError> {
        let mut read = 0;
        let mut news = None;
        while let Some(length) = self.bytes[read..].iter().position(|byte| *byte == b'\n') {
            let line = &self.bytes[read..read + length];
            read += length + 1;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() && !self.data.is_empty() {
                news = Some(serde_json::from_slice(&self.data).map_err(|_| BodyError::Malformed)?);
                self.data.clear();
                break;
            }
            // Comments, and fields that this version does not know, say nothing.
            if let Some(data) = line.strip_prefix(b"data:") {
                self.data.extend_from_slice(data);
            }
            if self.data.len() > LINE_BYTES_MAX {
                return Err(BodyError::TooLarge);
            }
        }
        self.bytes.drain(..read);
        if news.is_none() && self.bytes.len() > LINE_BYTES_MAX {
            return Err(BodyError::TooLarge);
        }
        Ok(news)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> Result<Vec<News>, BodyError> {
        let mut reader = NewsReader::default();
        let mut all = Vec::new();
        for piece in pieces {
            reader.feed(piece);
            while let Some(news) = reader.next_news()? {
                all.push(news);
            }
        }
        Ok(all)
    }

    #[test]
    fn a_stream_reads_the_same_in_whatever_pieces_it_comes() {
        let all = [News { epoch: 1, head: 1, scope: 2 }, News { epoch: 9, head: u64::MAX, scope: 0 }];
        let text = format!("{}{STILL_HERE}retry: 5\r\nid: 7\r\n\r\n{}", write_news(&all[0]), write_news(&all[1]));
        assert_eq!(read(&[text.as_bytes()]).unwrap(), all);
        for length in 1..text.len() {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(length).collect();
            assert_eq!(read(&pieces).unwrap(), all, "{length}");
        }
    }

    #[test]
    fn what_is_no_stream_of_ours_is_refused_within_bounds() {
        assert_eq!(read(&[b"data: <html>\n\n"]), Err(BodyError::Malformed));
        assert_eq!(read(&[&[b'x'; 2_000]]), Err(BodyError::TooLarge));
        let endless: Vec<&[u8]> = vec![b"data: 0000000000000000\n"; 100];
        assert_eq!(read(&endless), Err(BodyError::TooLarge));
        assert_eq!(read(&[b"data: {\"head\":1,\"scope\":1,\"later\":true}\n\n"]).unwrap().len(), 1);
    }
}
