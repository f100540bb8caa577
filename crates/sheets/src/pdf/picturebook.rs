//! Pictures of a document: each written once, at the end, however often it is shown (ISO 32000-1, 8.9).

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Filter, Finish, Ref};

use super::file::PdfFile;
use crate::failure::SheetError;
use crate::layout::{LayoutFault, LayoutPicture, LayoutProblem};

/// The pictures met so far; a layout has a handful.
#[derive(Default)]
pub(super) struct PictureBook {
    met: Vec<LayoutPicture>,
}

impl PictureBook {
    /// The picture's number in the resources.
    pub fn number(&mut self, picture: &LayoutPicture) -> u32 {
        let known = self.met.iter().position(|known| known == picture);
        let at = known.unwrap_or_else(|| {
            self.met.push(picture.clone());
            self.met.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// Writes them all; answers name and object of each.
    pub fn write<W: Write>(&self, file: &mut PdfFile<'_, W>) -> Result<Vec<(Vec<u8>, Ref)>, SheetError> {
        let mut written = Vec::with_capacity(self.met.len());
        for (number, picture) in self.met.iter().enumerate() {
            written.push((format!("P{number}").into_bytes(), write(picture, file)?));
        }
        Ok(written)
    }
}

/// The colours, and beside them how opaque each pixel is where not all of them are.
fn write<W: Write>(picture: &LayoutPicture, file: &mut PdfFile<'_, W>) -> Result<Ref, SheetError> {
    let (width, height) = picture.size();
    let (width, height) = (width as i32, height as i32);
    let broken = || LayoutFault::at("pictures", LayoutProblem::UnknownPicture);
    let pixels: Vec<_> = picture.pixels().ok_or_else(broken)?.pixels().iter().map(|pixel| pixel.demultiply()).collect();
    let mask = if pixels.iter().any(|pixel| pixel.alpha() < 255) {
        let opacity = packed(pixels.iter().map(|pixel| pixel.alpha()))?;
        let id = file.take_ref();
        file.object(id, |chunk| {
            let mut image = chunk.image_xobject(id, &opacity);
            image.width(width).height(height).bits_per_component(8).filter(Filter::FlateDecode);
            image.color_space().device_gray();
        })?;
        Some(id)
    } else {
        None
    };
    let colours = packed(pixels.iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]))?;
    let id = file.take_ref();
    file.object(id, |chunk| {
        let mut image = chunk.image_xobject(id, &colours);
        image.width(width).height(height).bits_per_component(8).filter(Filter::FlateDecode);
        image.color_space().device_rgb();
        if let Some(mask) = mask {
            image.s_mask(mask);
        }
        image.finish();
    })?;
    Ok(id)
}

fn packed(bytes: impl Iterator<Item = u8>) -> Result<Vec<u8>, SheetError> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
    packer.write_all(&bytes.collect::<Vec<u8>>())?;
    Ok(packer.finish()?)
}

#[cfg(test)]
mod tests {
    use crate::layout::{BoxMm, Element, LayoutPicture, PictureBox};
    use crate::{Flow, Group, Layout, Person, Proof, SheetRun, Words, export_pdf};

    fn images(opacity: u8, labels: usize) -> usize {
        let mut layout = Layout::find_named("labels").expect("shipped");
        let picture = LayoutPicture::of_pixels(30, 20, &[200, 30, 30, opacity].repeat(600)).expect("a picture");
        layout.pictures.insert("logo".into(), picture);
        let place = BoxMm { x_mm: 1.0, y_mm: 0.0, width_mm: 3.0, height_mm: 2.0 };
        layout.design.front.push(Element::Picture(PictureBox { place, picture: "logo".into() }));
        let person = Person { name: "王一".into(), link: "HTTPS://A.CN/J/A".into(), ..Person::default() };
        let group = Group { heading: "一班".into(), people: vec![person; labels].into() };
        let run = SheetRun::of("示例中学", vec![group], Words::chinese(""), layout);
        let mut file = Vec::new();
        export_pdf(&run, &mut file, Proof::EveryCode, &mut |_| Flow::Continue).expect("a file");
        file.windows(14).filter(|part| part == b"/Subtype/Image").count()
    }

    #[test]
    fn a_picture_is_written_once_however_often_it_is_shown() {
        assert_eq!((images(255, 1), images(255, 30)), (1, 1));
        // With how opaque it is beside it.
        assert_eq!(images(128, 30), 2);
    }
}
