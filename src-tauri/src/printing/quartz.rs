//! macOS: the print panel that belongs to the PDF itself (PDFKit), so that nothing is drawn anew.

use std::path::Path;
use std::sync::mpsc;

use objc2::{AllocAnyThread, MainThreadMarker};
use objc2_app_kit::NSPrintInfo;
use objc2_foundation::{NSString, NSURL};
use objc2_pdf_kit::{PDFDocument, PDFPrintScalingMode};
use tauri::AppHandle;

use super::{Asked, JOB};

/// Shows the panel on the window's thread, as macOS demands, and waits for its end here.
pub(super) fn ask(app: &AppHandle, path: &Path) -> Asked {
    let (tell, told) = mpsc::channel();
    let path = path.to_owned();
    let shown = app.run_on_main_thread(move || {
        // Whoever asked may be gone with the program.
        let _ = tell.send(run(&path));
    });
    match shown {
        Ok(()) => told.recv().unwrap_or(Asked::Unavailable),
        Err(_) => Asked::Unavailable,
    }
}

#[allow(unsafe_code, reason = "PDFKit and AppKit are only to be had this way")]
fn run(path: &Path) -> Asked {
    let (Some(main), Some(name)) = (MainThreadMarker::new(), path.to_str()) else { return Asked::Unavailable };
    let url = NSURL::fileURLWithPath(&NSString::from_str(name));
    // SAFETY: a freshly allocated document is initialised once with a valid address.
    let Some(document) = (unsafe { PDFDocument::initWithURL(PDFDocument::alloc(), &url) }) else {
        return Asked::Unavailable;
    };
    let printer = NSPrintInfo::sharedPrintInfo();
    // SAFETY: called on the main thread, as the marker proves; all arguments live until the call is over.
    let operation = unsafe {
        document.printOperationForPrintInfo_scalingMode_autoRotate(
            Some(&printer),
            PDFPrintScalingMode::PageScaleNone,
            false,
            main,
        )
    };
    let Some(operation) = operation else { return Asked::Unavailable };
    operation.setShowsPrintPanel(true);
    operation.setShowsProgressPanel(true);
    operation.setJobTitle(Some(&NSString::from_str(JOB)));
    if operation.runOperation() { Asked::Shown } else { Asked::Declined }
}
