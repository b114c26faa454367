//! Drawings of trainings: loss and right rows over the epochs, as SVG.

use crate::Failure;
use ncpu_cells::{Point, Spec};
use plotters::coord::Shift;
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Curve = (&'static Spec, Vec<Point>);

/// Losses below this are drawn at it: the axis is logarithmic, and a trained cell's loss is 0.
const LOSS_MIN: f64 = 1e-4;
const LOSS_MAX: f64 = 1e1;
/// The size of one drawing, in pixels.
const SIZE: (u32, u32) = (420, 240);
/// Points of a curve in the drawing of all.
const POINTS: usize = 160;
const LOSS: RGBColor = RGBColor(0xb4, 0x3c, 0x2e);
const EXACT: RGBColor = RGBColor(0x1f, 0x5f, 0x99);

/// Writes a drawing for each training and one of all, `overview.svg`.
pub(super) fn write(folder: &Path, curves: &[Curve]) -> Result<(), Failure> {
    for curve in curves {
        let path = folder.join(format!("{}.svg", curve.0.name));
        file(&path, SIZE, |area| panel(area, curve, usize::MAX))?;
    }
    if curves.is_empty() {
        return Ok(());
    }
    let columns = curves.len().min(3);
    let rows = curves.len().div_ceil(columns);
    let size = (SIZE.0 * columns as u32, SIZE.1 * rows as u32);
    file(&folder.join("overview.svg"), size, |area| {
        let areas = area.split_evenly((rows, columns));
        areas.iter().zip(curves).try_for_each(|(area, curve)| panel(area, curve, POINTS))
    })
}

fn file(
    path: &Path,
    size: (u32, u32),
    draw: impl Fn(&Area) -> Result<(), Box<dyn Error>>,
) -> Result<(), Failure> {
    let area = SVGBackend::new(path, size).into_drawing_area();
    let done = area.fill(&WHITE).map_err(Into::into).and_then(|()| draw(&area));
    done.and_then(|()| area.present().map_err(Into::into))
        .map_err(|e| Failure::file(path, format!("{e}; name a folder that can be written")))
}

/// One training: the loss on the left axis, the share of right rows on the right one.
fn panel(area: &Area, (spec, curve): &Curve, points: usize) -> Result<(), Box<dyn Error>> {
    let epochs = curve.last().map_or(1, |p| p.epoch.max(1));
    let step = curve.len().div_ceil(points).max(1);
    let last = curve.len().saturating_sub(1);
    let kept = curve.iter().enumerate().filter(|(n, _)| n % step == 0 || *n == last);
    let kept: Vec<&Point> = kept.map(|(_, p)| p).collect();
    let mut chart = ChartBuilder::on(area)
        .caption(format!("{}, {} rows", spec.name, spec.rows()), ("sans-serif", 15))
        .margin(8)
        .x_label_area_size(30)
        .y_label_area_size(48)
        .right_y_label_area_size(44)
        .build_cartesian_2d(0..epochs, (LOSS_MIN..LOSS_MAX).log_scale())?
        .set_secondary_coord(0..epochs, 0.0..100.0);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.1))
        .x_labels(4)
        .y_labels(5)
        .x_desc("epochs, all restarts")
        .y_desc("loss")
        .y_label_formatter(&|loss| format!("{loss:e}"))
        .label_style(("sans-serif", 11))
        .axis_desc_style(("sans-serif", 11))
        .y_label_style(("sans-serif", 11).into_font().color(&LOSS))
        .draw()?;
    chart
        .configure_secondary_axes()
        .y_labels(5)
        .y_desc("right rows, %")
        .y_label_formatter(&|share| format!("{share:.0}"))
        .label_style(("sans-serif", 11).into_font().color(&EXACT))
        .axis_desc_style(("sans-serif", 11))
        .draw()?;
    let loss = kept.iter().map(|p| (p.epoch, f64::from(p.loss).clamp(LOSS_MIN, LOSS_MAX)));
    chart.draw_series(LineSeries::new(loss, &LOSS))?;
    let rows = spec.rows() as f64;
    let exact = kept.iter().map(|p| (p.epoch, 100.0 * f64::from(p.exact) / rows));
    chart.draw_secondary_series(LineSeries::new(exact, &EXACT))?;
    Ok(())
}
