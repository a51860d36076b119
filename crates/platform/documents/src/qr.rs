//! QR codes: the modules, and a drawing of them as SVG.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use crate::DocumentError;

/// Light modules around the code: ISO/IEC 18004 asks for four.
const QUIET: usize = 4;

/// The modules of a QR code, without the quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrMatrix {
    size: usize,
    dark: Vec<bool>,
}

impl QrMatrix {
    /// The code of `text` (UTF-8), readable with about 15 % of it covered (level M).
    ///
    /// # Errors
    /// [`DocumentError::QrTooLong`] beyond 2,331 bytes.
    pub fn of(text: &str) -> Result<Self, DocumentError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|_| DocumentError::QrTooLong { bytes: text.len() })?;
        Ok(QrMatrix {
            size: code.width(),
            dark: code
                .into_colors()
                .into_iter()
                .map(|c| c == Color::Dark)
                .collect(),
        })
    }

    /// Modules on each side.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether the module in this row and column is dark; light outside the code.
    #[must_use]
    pub fn is_dark(&self, row: usize, column: usize) -> bool {
        row < self.size
            && column < self.size
            && self
                .dark
                .get(row * self.size + column)
                .copied()
                .unwrap_or(false)
    }

    /// A square SVG with the quiet zone, one unit a module. It scales without blur and holds one
    /// path, so that no gaps show between modules.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let side = self.size + 2 * QUIET;
        let mut path = String::new();
        for row in 0..self.size {
            let mut column = 0;
            while column < self.size {
                let run = (column..self.size)
                    .take_while(|&c| self.is_dark(row, c))
                    .count();
                if run > 0 {
                    let (x, y) = (column + QUIET, row + QUIET);
                    // Writing to a String does not fail.
                    let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
                }
                column += run.max(1);
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\"><path d=\"M0 0h{side}v{side}H0z\" fill=\"#fff\"/>\
             <path d=\"{path}\"/></svg>"
        )
    }
}

/// The QR code of `text` as SVG. See [`QrMatrix`].
///
/// # Errors
/// As [`QrMatrix::of`].
pub fn svg(text: &str) -> Result<String, DocumentError> {
    Ok(QrMatrix::of(text)?.to_svg())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pixels a module is drawn with for the reader.
    const SCALE: usize = 6;

    fn read_back(dark: impl Fn(usize, usize) -> bool, side: usize) -> String {
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(side * SCALE, side * SCALE, |x, y| {
                if dark(y / SCALE, x / SCALE) { 0 } else { 255 }
            });
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    /// The pixels of our own SVG: it holds only `M x y h run v1 h-run z`.
    fn pixels(svg: &str) -> (Vec<Vec<bool>>, usize) {
        let side: usize = svg
            .split("viewBox=\"0 0 ")
            .nth(1)
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let mut dark = vec![vec![false; side]; side];
        let path = svg
            .rsplit("d=\"")
            .next()
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        for part in path.split('z').filter(|part| !part.is_empty()) {
            let numbers: Vec<usize> = part
                .split(['M', ' ', 'h', 'v', '-'])
                .filter_map(|n| n.parse().ok())
                .collect();
            for pixel in dark[numbers[1]]
                .iter_mut()
                .skip(numbers[0])
                .take(numbers[2])
            {
                *pixel = true;
            }
        }
        (dark, side)
    }

    #[test]
    fn a_reader_reads_the_drawing() {
        for text in [
            "https://peixun.example.gov.cn/zs/9f2c1a7be0",
            "沪城执培证〔2024〕第000123号",
            &"长".repeat(500),
        ] {
            let (dark, side) = pixels(&svg(text).unwrap());
            assert_eq!(read_back(|row, column| dark[row][column], side), text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn every_text_comes_back(text in "[ -~一-龥]{1,120}") {
            let matrix = QrMatrix::of(&text).unwrap();
            let inside = |at: usize| at.checked_sub(QUIET).unwrap_or(usize::MAX);
            let back = read_back(
                |row, column| matrix.is_dark(inside(row), inside(column)),
                matrix.size() + 2 * QUIET,
            );
            prop_assert_eq!(back, text);
        }
    }

    #[test]
    fn too_long_is_said_in_chinese() {
        let error = svg(&"x".repeat(3000)).unwrap_err().to_string();
        assert!(error.contains("二维码内容过长（3000 字节）"), "{error}");
    }
}
